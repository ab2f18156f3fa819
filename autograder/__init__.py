"""Exercises, their judging and their grading.

- `exercise`, `exercises`: what is asked, and how an answer is run. A learner may read these.
- `hidden`, `judging`, `statistics`: cases, judging and known mistakes. No learner's process imports these.
- `observe`, `wire`, `worker`: running an answer and sending the record of it across, as plain data.
- `notebook` (`check`, `workbench`), `files` and `cli`: the ways in.
- `lessons`, `nbgrader_plugin`, `audit`: building the notebooks, grading a class, and what maintainers check.
"""
