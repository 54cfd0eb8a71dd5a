"""The learnt word vectors as points on a map."""
