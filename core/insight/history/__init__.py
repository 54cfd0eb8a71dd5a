"""A run in time: its learning curves, and what was guessed of it."""
