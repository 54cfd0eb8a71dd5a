"""Chapter of the lesson: embedding layer."""
