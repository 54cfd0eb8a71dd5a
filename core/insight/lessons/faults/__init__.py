"""Chapter: the faults of the tutorial's printed code."""
