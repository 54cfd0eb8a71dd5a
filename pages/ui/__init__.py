"""What the pages share: the visitor's session and small drawing functions."""
