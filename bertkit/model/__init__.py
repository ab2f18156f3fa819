"""BERT itself: configuration, attention, encoder, heads, the two joined, and how they are saved and loaded."""
