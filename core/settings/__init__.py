"""The hyperparameters of a run: frozen settings, their bounds, and the presets."""
