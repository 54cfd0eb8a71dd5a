"""Chapter: a network without memory."""
