"""Chapter: gates."""
