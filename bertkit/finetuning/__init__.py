"""Fine-tuning: labelled examples as rows, the loop, and scores on a task."""
