"""Chapter of the lesson: overfitting."""
