"""Exercises, their judging and their grading. Notebooks need `check` and `workbench`; see the README for the rest."""

from autograder.notebook import check, workbench

__all__ = ["check", "workbench"]
