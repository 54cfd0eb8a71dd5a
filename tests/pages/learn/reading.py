"""The words that the classifiers know in the tests of the chapters in which one reads a sentence."""

KNOWN = ("the", "cat", "sat", "on", "a", "mat", ":red[x]", "<script>", "🙂")
