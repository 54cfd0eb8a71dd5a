"""Chapter: word vectors."""
