"""Exercises, their judging and their grading.

- `exercise`, `exercises`: what is asked, and how an answer is run. A learner may read these.
- `hidden`, `judging`, `statistics`: cases, judging and known mistakes. No learner's process imports these.
- `observe`, `wire`, `worker`: running an answer and sending the record of it across, as plain data.
- `notebook` (`check`, `workbench`), `visible`, `files` and `cli`: the ways in.
- `grading`, `confined`: a class. The first is trusted, the second runs in the sandbox; `THREAT_MODEL.md` says why.
- `bundle`, `collect` (`download`, `lms_names`), `report`, `lms`: what a class receives and hands in, and what is said
  of it.
- `lessons`, `nbgrader_plugin`, `audit`: building the notebooks, and what maintainers check.
"""
