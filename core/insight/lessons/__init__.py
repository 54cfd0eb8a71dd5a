"""What the chapters of the lesson compute and draw, a folder a chapter."""
