"""The instructor's page on one assignment: what needs a human, what the class got wrong, who is stuck, near copies."""

import os
from datetime import datetime
from pathlib import Path

from autograder.grading.results import FOLDER
from autograder.report.page import GENERATOR, render
from autograder.report.records import ReportError, read_records
from bertkit.atomic import write_atomically

__all__ = ["ReportError", "report_path", "write_report"]


def report_path(root: Path, assignment: str) -> Path:
    """Where a report goes by itself: beside the results, which are as private."""
    return root / FOLDER / f"{assignment}.html"


def write_report(root: Path, assignment: str, output: Path | None = None) -> Path:
    """Write the page and say where it is. An earlier report there is replaced; only the owner may read the new one.

    Args:
        root: folder of the course.
        assignment: name of the lesson.
        output: the file; `report_path` if none is named.

    Raises:
        ReportError: if nothing in the course bears the name of the assignment, or there is something at `output` that
            is not a report.
        LessonError: if `root` has no nbgrader configuration.
        OSError: if the page cannot be written.
    """
    path = output or report_path(root, assignment)
    if path.exists() and not _is_report(path):
        raise ReportError(f"{path} is not a report, and would be overwritten; name another file with --output")
    page = render(read_records(root, assignment), datetime.now().astimezone())
    write_atomically(path, page)
    os.chmod(path, 0o600)
    return path


def _is_report(path: Path) -> bool:
    if not path.is_file():
        return False
    with path.open("rb") as file:
        return GENERATOR.encode() in file.read(2000)
