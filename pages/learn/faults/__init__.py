"""Chapter of the lesson: faults."""
