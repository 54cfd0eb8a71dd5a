"""The lesson: its contents, the frame around a chapter, a folder a chapter."""
