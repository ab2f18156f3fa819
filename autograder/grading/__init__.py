"""Grading a submission: verdicts that it cannot write for itself.

From the folder `submitted/` to a result:

- `assignment`: what the class was given, the skeleton; `submission`: what came back, and both put together.
- `job`: one submission as bytes; `results`: its judgement as a file.
- `withheld`, `system_calls`, `sandbox`: where answers run, and what is not there.
- `grader`: judging one job; `processes`, `executors`: many at once, here or on a cluster.

`autograder.nbgrader_plugin` has the steps in nbgrader's autograding and the one writer of the gradebook,
`autograder.classroom` the run over a whole class.
"""
