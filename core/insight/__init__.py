"""What is computed and drawn for people, by topic: computations, captions.py (sentences), figures.py (Plotly)."""
