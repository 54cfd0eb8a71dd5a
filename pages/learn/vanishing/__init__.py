"""Chapter of the lesson: vanishing."""
