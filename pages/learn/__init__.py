"""The lesson: its contents, the skeleton of a chapter, a folder a chapter."""
