"""From bytes to words: reading news, cleaning text, numbering words."""
