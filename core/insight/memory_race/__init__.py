"""How far back each cell remembers a word, and who of a race is ahead."""
