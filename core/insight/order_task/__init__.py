"""Four cells on the built-in file "Who beat whom", where the order of the words and a far word decide."""
