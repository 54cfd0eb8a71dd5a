"""Chapter: the tutorial, reproduced."""
