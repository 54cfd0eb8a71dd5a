"""Chapter: overfitting and early stopping."""
