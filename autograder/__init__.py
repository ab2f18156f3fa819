"""Exercises, their judging and their grading.

Imports point downward only, from a module or folder to those above it in this table, and never in a circle:

1. `wording`, `names`, `counting`, `exercise`, `calls`, `modules`, `definitions`, `exercises`, `foreign`: what is asked,
   how an answer is called, what the library's text of it defines and needs, and a notebook that somebody else has
   saved; a learner may read it
2. `verdict`, `running`: what comes of an answer, and how one is run as plain data going in and out
3. `confined`: what runs inside the sandbox
4. `judging`, `hidden`: cases, expected values, known mistakes; no process that runs a learner's code imports these
5. `lessons`: a lesson's source, and the notebook made of it
6. `visible`, `kept`, `notebook`, `files`: the check in a notebook, what stays of it, and the check of files
7. `grading`: the sandbox, and one submission in it
8. `nbgrader_plugin`: the course's steps in nbgrader's release, autograding, gradebook and export
9. `build`, `classroom`: all lessons, and a whole class
10. `class_files`, `report`, `skeleton`, `power`, `audit`, `certificate`: what a class receives and hands in, what is
    said of it, what maintainers begin an exercise with and check, and which answers hold when they are judged again
11. `cli`: the commands
"""
