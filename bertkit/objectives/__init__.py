"""Pre-training objectives, one module each: what is hidden from the model, and what it has to say about it."""
