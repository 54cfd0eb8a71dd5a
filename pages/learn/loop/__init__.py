"""Chapter of the lesson: loop."""
