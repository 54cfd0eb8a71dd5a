"""What a run is told: frozen settings, their bounds, and the presets."""
