"""Chapter: text into numbers."""
