"""The one writer of the gradebook: nbgrader's own autograding, a student at a time, fed with results that are there."""

import contextlib
import glob
import io
import json
import logging
from pathlib import Path

from nbgrader.api import Gradebook, MissingEntry
from nbgrader.converters import Autograde
from nbgrader.converters.base import NbGraderException
from nbgrader.coursedir import CourseDirectory
from traitlets.config import Config

from autograder.lessons.notebooks import RESULT_KEY


class GradebookError(RuntimeError):
    """The gradebook does not know the assignment, or nbgrader could not write a result."""


class GradebookWriter:
    """Writes results of one assignment into the gradebook and the notebooks into `autograded/`."""

    def __init__(self, root: Path, assignment: str, config: Config) -> None:
        """Raises `GradebookError` where the gradebook does not know the assignment."""
        self._root, self._assignment, self._config = root, assignment, config
        directory = self._directory("*", logging.getLogger("nbgrader"))
        with Gradebook(directory.db_url, directory.course_id) as gradebook:
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
        said = io.StringIO()
        log = logging.Logger("nbgrader", level=logging.WARNING)
        log.addHandler(logging.StreamHandler(said))
        directory = self._directory(glob.escape(student), log)
        try:
            with contextlib.redirect_stderr(io.StringIO()):
                Autograde(coursedir=directory, config=self._config, log=log, force=True).start()
        except NbGraderException as error:
            raise GradebookError(f"{student}: {said.getvalue().strip() or error}") from error

    def _directory(self, student: str, log: logging.Logger) -> CourseDirectory:
        return CourseDirectory(
            config=self._config, root=str(self._root), assignment_id=self._assignment, student_id=student, log=log
        )
