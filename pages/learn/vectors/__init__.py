"""Chapter on one-hot vectors and embeddings."""
