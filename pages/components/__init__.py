"""What Streamlit lacks: each component a Python module that sends data to its own JavaScript."""
