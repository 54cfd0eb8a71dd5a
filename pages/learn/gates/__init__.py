"""Chapter on gates: the update gate of one unit, the gates of a classifier, interventions."""
