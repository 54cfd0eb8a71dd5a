"""Chapter of the lesson: no memory."""
