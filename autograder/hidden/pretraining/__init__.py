"""Lesson 4, the pre-training loop: one module an exercise."""
