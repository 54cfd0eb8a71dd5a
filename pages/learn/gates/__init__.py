"""Chapter of the lesson: gates."""
