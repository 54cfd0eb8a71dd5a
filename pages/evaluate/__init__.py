"""The evaluate page and its parts."""
