"""The time machine page and its parts."""
