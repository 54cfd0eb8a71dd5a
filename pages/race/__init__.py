"""The race page and its parts."""
