"""The predict page and its parts."""
