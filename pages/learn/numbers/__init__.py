"""Chapter of the lesson: numbers."""
