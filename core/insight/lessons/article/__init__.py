"""Chapter: the tutorial's steps in order, its printed numbers beside those of a file and of a recorded run."""
