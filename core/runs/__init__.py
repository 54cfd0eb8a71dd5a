"""Training runs: their folders, their worker processes, their launcher."""
