"""The networks: settings, batches, training (TensorFlow) and prediction (NumPy)."""
