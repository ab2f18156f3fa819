"""How an answer is run: observed in its own process, with plain data going in and coming out."""
