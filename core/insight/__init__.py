"""What was learned, drawn: figures and reports."""
