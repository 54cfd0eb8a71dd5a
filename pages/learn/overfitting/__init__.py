"""Chapter on overfitting and early stopping."""
