"""From token ids to weights: batches, the training loop, checkpoints, snapshots, events, baselines."""
