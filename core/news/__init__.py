"""A news file in any supported format -> one table of articles. This package imports no other."""
