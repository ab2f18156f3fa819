"""The release notebook of a lesson, made by nbgrader's own converter in a folder of its own."""

import io
import logging
import re
import shutil
import sqlite3
from contextlib import closing
from copy import deepcopy
from pathlib import Path
from tempfile import TemporaryDirectory

from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import Config, PyFileConfigLoader

from autograder.lessons.source import LessonError, lesson_path, solution_path

CONFIGURATION = "nbgrader_config.py"
SQLITE = "sqlite:///"
RAISED = re.compile(r"^[\w.]*(?:Error|Exception): (.+)$", re.MULTILINE)
"""Lines of tracebacks that say what is wrong."""


def release(root: Path, name: str, solution: str) -> str:
    """What `nbgrader generate_assignment` makes of the text of a solution notebook, configured as in `root`.

    No gradebook is read or written. Raises `LessonError` with nbgrader's own log where nbgrader refuses, and where
    `root` has no configuration.
    """
    with TemporaryDirectory(prefix="lesson-") as folder:
        course = Path(folder).resolve()
        source = solution_path(course, name)
        source.parent.mkdir(parents=True)
        source.write_text(solution, encoding="utf-8")
        config = load_configuration(root)
        if said := refusal(CourseDirectory(config=config, root=str(course), assignment_id=name), config, None):
            raise LessonError(f"nbgrader makes no lesson of {name}: {said}")
        return lesson_path(course, name).read_text(encoding="utf-8")


def rehearse(directory: CourseDirectory, name: str, config: Config) -> None:
    """Release an assignment into a folder of its own, with a copy of the gradebook, which may refuse it.

    nbgrader deletes what was released before it looks whether the new one can be: here that costs nothing. A gradebook
    that is no SQLite file is not copied, so what only it would refuse is not found.

    Raises:
        LessonError: where nbgrader would refuse the assignment, with its reason.
    """
    with TemporaryDirectory(prefix="rehearsal-") as folder:
        course = Path(folder).resolve()
        source = Path(directory.format_path(directory.source_directory, ".", name))
        shutil.copytree(source, solution_path(course, name).parent, ignore=shutil.ignore_patterns(*directory.ignore))
        gradebook = Path(directory.db_url.removeprefix(SQLITE))
        copy = None
        if directory.db_url.startswith(SQLITE) and gradebook.is_file():
            copy = course / "gradebook.db"
            with closing(sqlite3.connect(gradebook)) as ours, closing(sqlite3.connect(copy)) as theirs:
                ours.backup(theirs)
        there = CourseDirectory(
            config=config,
            root=str(course),
            assignment_id=name,
            source_directory=solution_path(course, name).parent.parent.name,
            db_url=f"{SQLITE}{copy or course / 'none.db'}",
        )
        if said := refusal(there, config, copy):
            way_out = (
                "take the change back, or release it under another name (`nbgrader db assignment remove` forgets the "
                "old one, and its grades)"
                if "submissions associated" in said
                else "mend the source"
            )
            raise LessonError(f"{name} is not released, and what was released before is as it was: {said}; {way_out}")


def refusal(directory: CourseDirectory, config: Config, gradebook: Path | None) -> str | None:
    """Convert the assignment of a course folder; why nbgrader refuses, None where it does not.

    Without a gradebook nothing is written into one.
    """
    config = deepcopy(config)
    config.SaveCells.enabled = gradebook is not None
    config.GenerateAssignment.no_database = gradebook is None
    config.LessonExporter.rehearsed = True
    log, said = recording_log()
    directory.log = log
    try:
        GenerateAssignment(coursedir=directory, config=config, log=log).start()
    except NbGraderException as error:
        raised = RAISED.findall(said.getvalue())
        return "; ".join(dict.fromkeys(raised)) or said.getvalue().strip() or str(error)
    return None


def recording_log() -> tuple[logging.Logger, io.StringIO]:
    """A log for one of nbgrader's converters, and what the converter says there: warnings and worse."""
    said = io.StringIO()
    log = logging.Logger("nbgrader", level=logging.WARNING)
    log.addHandler(logging.StreamHandler(said))
    return log, said


def load_configuration(root: Path) -> Config:
    """nbgrader's configuration in a course folder. Raises `LessonError` where it has none."""
    if not (root / CONFIGURATION).exists():
        raise LessonError(f"there is no {CONFIGURATION} in {root}; run this from the folder of the course")
    return PyFileConfigLoader(CONFIGURATION, path=str(root)).load_config()
