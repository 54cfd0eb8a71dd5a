"""Chapter on the Embedding layer: input dimension, output dimension, input length."""
