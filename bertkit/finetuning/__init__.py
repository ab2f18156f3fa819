"""Fine-tuning: labelled examples as rows, the loop, scores on a task, and every head on every task."""
