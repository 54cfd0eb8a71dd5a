"""The cleaning page and its parts."""
