"""The vocabulary of the test classifiers in the chapters where a classifier reads a sentence."""

KNOWN = ("the", "cat", "sat", "on", "a", "mat", ":red[x]", "<script>", "🙂")
