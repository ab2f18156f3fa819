"""Lesson 3, next-sentence prediction: one module an exercise."""
