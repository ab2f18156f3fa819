"""Lesson 2, the masked language model: one module an exercise."""
