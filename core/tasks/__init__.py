"""Tasks: computations on a whole file, for a visitor who waits; done in worker processes beside the web server."""
