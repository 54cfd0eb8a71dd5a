"""The word map page and its parts."""
