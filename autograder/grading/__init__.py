"""Grading a class: verdicts that a submission cannot write for itself, for one notebook or for hundreds.

From the folder `submitted/` to the gradebook:

- `assignment`: what the class was given, the skeleton; `submission`: what came back, and both put together.
- `task`: one submission as bytes; `results`: its judgement as a file.
- `withheld`, `system_calls`, `sandbox`: the room in which answers run, and what is not in it.
- `grader`: judging one task; `processes`, `executors`: many at once, here or on a cluster.
- `pipeline`: this course's steps in nbgrader's autograding; `gradebook`: the one writer; `classroom`: a whole run.
"""
