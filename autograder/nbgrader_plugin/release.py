"""The release notebook of a lesson, made by nbgrader's own converter in a folder of its own, without a gradebook."""

import io
import logging
from pathlib import Path
from tempfile import TemporaryDirectory

from nbgrader.converters import GenerateAssignment
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config.loader import Config, PyFileConfigLoader

from autograder.lessons.source import LessonError, lesson_path, solution_path

CONFIGURATION = "nbgrader_config.py"


def release(root: Path, name: str, solution: str) -> str:
    """What `nbgrader generate_assignment` makes of the text of a solution notebook, configured as in `root`.

    Raises `LessonError` with nbgrader's own log where nbgrader refuses, and where `root` has no configuration.
    """
    with TemporaryDirectory(prefix="lesson-") as folder:
        course = Path(folder).resolve()
        source = solution_path(course, name)
        source.parent.mkdir(parents=True)
        source.write_text(solution, encoding="utf-8")
        config = load_configuration(root)
        config.SaveCells.enabled = False
        config.GenerateAssignment.no_database = True
        said = io.StringIO()
        log = logging.Logger("nbgrader", level=logging.WARNING)
        log.addHandler(logging.StreamHandler(said))
        directory = CourseDirectory(config=config, root=str(course), assignment_id=name, log=log)
        try:
            GenerateAssignment(coursedir=directory, config=config, log=log).start()
        except NbGraderException as error:
            raise LessonError(f"nbgrader makes no lesson of {name}: {said.getvalue().strip() or error}") from error
        return lesson_path(course, name).read_text(encoding="utf-8")


def load_configuration(root: Path) -> Config:
    """nbgrader's configuration in a course folder. Raises `LessonError` where it has none."""
    if not (root / CONFIGURATION).exists():
        raise LessonError(f"there is no {CONFIGURATION} in {root}; run this from the folder of the course")
    return PyFileConfigLoader(CONFIGURATION, path=str(root)).load_config()
