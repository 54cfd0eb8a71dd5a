"""What a news file, its cleaning and its vocabulary look like."""
