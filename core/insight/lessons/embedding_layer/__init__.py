"""Chapter: the embedding layer, its dimensions and its parameters."""
