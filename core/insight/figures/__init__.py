"""Plotly figures, one module a page; the only place that imports plotly."""
