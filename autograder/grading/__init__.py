"""Grading a class: verdicts that a submission cannot write for itself, for one notebook or for hundreds."""
