"""Chapter on the ten faults in the tutorial's code."""
