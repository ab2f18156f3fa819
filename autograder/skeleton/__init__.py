"""The skeleton of an exercise, ready to fill in, made from what the library has of it."""
