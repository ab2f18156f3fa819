"""Lesson 5, heads: one module an exercise."""
