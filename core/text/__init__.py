"""The table of articles -> token ids: cleaning, vocabulary, n-grams, word vectors."""
