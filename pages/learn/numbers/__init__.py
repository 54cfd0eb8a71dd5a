"""Chapter on tokenization: words, characters, n-grams."""
