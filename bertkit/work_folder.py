"""Where a learner's work is kept from one session to the next: the folder `my_work`, beside the course's `lessons`.

Only a notebook in a lesson's folder has one, `COURSE/lessons/NN_name`. The worked solutions of the course, scripts and
whoever uses this library elsewhere have none, so that nothing of theirs is taken for what a learner did.
"""

import os
import re
from pathlib import Path

NAME = "my_work"
LESSONS = "lessons"
LESSON = re.compile(r"\d\d_\w+")
"""The form of a lesson's name."""
SESSION = "JPY_SESSION_NAME"
"""Jupyter's variable with the path of the notebook that a kernel was started for."""

try:
    STARTED_IN = Path.cwd()
except OSError:  # it was deleted
    STARTED_IN = Path(os.sep)
"""The folder that this process was in when it began to use the course; a cell may go elsewhere later."""


def lesson_folder() -> Path | None:
    """The folder of the lesson that this process runs; None where it runs something else."""
    is_lesson = STARTED_IN.parent.name == LESSONS and LESSON.fullmatch(STARTED_IN.name)
    return STARTED_IN if is_lesson else None


def work_folder() -> Path | None:
    """The folder to keep work in, which need not be there yet; None where nothing is to be kept."""
    lesson = lesson_folder()
    return None if lesson is None else lesson.parents[1] / NAME


def session_notebook() -> Path | None:
    """The notebook that this kernel was started for; None where that is not known.

    Jupyter says so as the kernel starts, so that a file that has been renamed since is not known either. What a kernel
    starts inherits the variable, in whatever folder it runs.
    """
    path = Path(os.environ.get(SESSION, ""))
    try:
        is_known = path.is_absolute() and path.is_file() and path.parent.resolve() == STARTED_IN.resolve()
    except (OSError, ValueError):
        is_known = False
    return path if is_known else None
