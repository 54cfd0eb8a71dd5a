"""The words page and its parts."""
