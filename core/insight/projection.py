"""The learnt embedding as a map: PCA, t-SNE, neighbours, and the category that each word tells of."""

FIRST_ROWS = "first_rows"  # the study that holds the rows of the word table before anything was learnt
