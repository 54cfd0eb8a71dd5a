"""Chapter of the lesson: vectors."""
