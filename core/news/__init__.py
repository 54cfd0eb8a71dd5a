"""A news file of any shape -> one table of articles. The first room: it imports nothing of the others."""
