"""Chapter on the six faults in the tutorial's code."""
