"""The figures of the lesson, one module a chapter."""
