"""What the chapters of the lesson compute, one module a chapter."""
