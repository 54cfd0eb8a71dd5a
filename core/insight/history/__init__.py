"""A run in time: its learning curves, its snapshots, and what was guessed of it."""
