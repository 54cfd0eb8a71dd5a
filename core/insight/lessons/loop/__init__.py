"""Chapter: the recurrent loop."""
