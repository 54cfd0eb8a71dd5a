"""How good a classifier is on articles that it did not learn from, and where it fails."""
