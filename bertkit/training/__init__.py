"""Pre-training: optimiser and schedule, the loop, its state, and the folder of a run."""
