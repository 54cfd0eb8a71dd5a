"""A run replayed from its snapshots, moment by moment."""
