"""The inside page and its parts."""
