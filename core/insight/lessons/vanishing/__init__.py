"""Chapter: vanishing gradients."""
