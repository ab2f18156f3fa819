"""What both notebooks of a lesson have in common: their metadata, their hashes, and the one way they are written."""

import hashlib
import json
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode

DEMONSTRATION = "demonstration"
"""Tag, given by the build: the cell shows something; no exercise needs it."""
PERSONAL = "personal"
"""Tag: what the cell shows depends on what the learner wrote, so the release has it without its outputs."""
RAISES = "raises-exception"
"""Tag, the field's own: an exception in the cell does not stop the run."""

RESULT_KEY = "result"
"""Key of the course's metadata in a graded notebook: which result it shows."""

WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def sources_sha256(notebook: NotebookNode) -> str:
    """Hash of what stands in the cells: it changes when a learner writes something, not when they run something."""
    return _sha256([[cell.cell_type, cell.source] for cell in notebook.cells])


def code_sha256(notebook: NotebookNode) -> str:
    """Hash of what was executed: the code, and which cells may raise."""
    return _sha256([[cell.source, RAISES in tags_of(cell)] for cell in notebook.cells if cell.cell_type == "code"])


def tags_of(cell: NotebookNode) -> list[str]:
    """The tags of a cell; an empty list where it has none."""
    return list(cell.metadata.get("tags", []))


def is_nbgrader_cell(cell: NotebookNode) -> bool:
    """Whether the cell belongs to an exercise."""
    return bool(cell.metadata.get("nbgrader"))


def is_widget_view(output: NotebookNode) -> bool:
    """Whether an output is a live widget, which shows as an error wherever its kernel is gone."""
    return WIDGET_VIEW in output.get("data", {})


def course_metadata(lesson: str, notebook: NotebookNode) -> NotebookNode:
    """What the course writes into a notebook, to know it again and to see a learner's edits."""
    return NotebookNode({"lesson": lesson, "sources_sha256": sources_sha256(notebook)})


def is_edited(path: Path) -> bool:
    """Whether the lesson at `path` holds something that the build did not write there.

    False where there is no file. True where the file is not a notebook of this course: then it is somebody's own.
    """
    if not path.exists():
        return False
    try:
        notebook = parse(path.read_text(encoding="utf-8"))
        written: Any = notebook.metadata["course"]["sources_sha256"]
        return bool(sources_sha256(notebook) != written)
    except (ValueError, KeyError, TypeError, AttributeError):
        return True


def parse(text: str) -> NotebookNode:
    """A notebook from its JSON, in the one version that the course writes. Raises `ValueError` where it is none."""
    content = json.loads(text)
    if not isinstance(content, dict) or (content.get("nbformat"), content.get("nbformat_minor")) != (4, 5):
        raise ValueError("this is not a notebook of format 4.5")
    try:
        return nbformat.reads(text, as_version=4)
    except nbformat.ValidationError as error:
        raise ValueError(error.message) from error


def serialise(notebook: NotebookNode) -> str:
    """The text of a notebook exactly as nbconvert's notebook exporter writes it."""
    text: str = nbformat.writes(notebook, version=4)
    return text if text.endswith("\n") else text + "\n"


def _sha256(content: list[list[Any]]) -> str:
    return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()
