"""Text on its way to the model: tokenizer, token store, examples and batches."""
