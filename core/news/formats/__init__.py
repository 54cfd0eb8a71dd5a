"""Plain bytes -> articles, one at a time: a module for each format."""
