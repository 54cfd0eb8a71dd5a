"""What stands before Streamlit: who asks, from where, and for what. ASGI middleware and routes; knows no page."""
