"""Chapter on vanishing gradients: backpropagation through time."""
