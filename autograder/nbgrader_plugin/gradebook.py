"""The one writer of the gradebook: nbgrader's own autograding, a student at a time, fed with results that are there."""

import glob
import json
import warnings
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from sqlalchemy.exc import SAWarning
from traitlets.config import Config

from autograder.lessons.notebooks import RESULT_KEY
from autograder.nbgrader_plugin.release import load_configuration, recording_log


class GradebookError(RuntimeError):
    """The gradebook does not know the assignment, or nbgrader could not write a result."""


def open_gradebook(root: Path, config: Config | None = None) -> Gradebook:
    """The gradebook of a course, made where there is none; close it, or use it as a context manager."""
    directory = CourseDirectory(config=config or load_configuration(root), root=str(root))
    return Gradebook(directory.db_url, directory.course_id)


class GradebookWriter:
    """Writes results of one assignment into the gradebook and the notebooks into `autograded/`."""

    def __init__(self, root: Path, assignment: str, config: Config) -> None:
        """Raises `GradebookError` where the gradebook does not know the assignment."""
        self._root, self._assignment, self._config = root, assignment, config
        with open_gradebook(root, config) as gradebook:
            try:
                gradebook.find_assignment(assignment)
            except MissingEntry:
                raise GradebookError(
                    f"the gradebook does not know {assignment}; `nbgrader generate_assignment {assignment}` tells it"
                ) from None

    def is_written(self, student: str, key: str) -> bool:
        """Whether the result with this key is in the gradebook: its notebook, which is written last, says so."""
        path = self._root / "autograded" / student / self._assignment / f"{self._assignment}.ipynb"
        try:
            metadata = json.loads(path.read_bytes())["metadata"]
            return bool(metadata["course"][RESULT_KEY] == key)
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def write(self, student: str) -> None:
        """Write a student's result. Raises `GradebookError` with what nbgrader said."""
        log, said = recording_log()
        directory = CourseDirectory(
            config=self._config,
            root=str(self._root),
            assignment_id=self._assignment,
            student_id=glob.escape(student),
            log=log,
        )
        try:
            # nbgrader's queries make SQLAlchemy warn, which says nothing to an operator.
            with warnings.catch_warnings(action="ignore", category=SAWarning):
                Autograde(coursedir=directory, config=self._config, log=log, force=True).start()
        except NbGraderException as error:
            raise GradebookError(f"{student}: {said.getvalue().strip() or error}") from error
