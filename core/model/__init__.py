"""The network: in NumPy and in Keras, and the classifier that holds it with its vocabulary and labels."""
