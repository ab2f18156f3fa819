"""Lesson 1, why next-token prediction breaks: one module an exercise."""
