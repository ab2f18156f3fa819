"""Accidents in the notebook's form: cells, metadata, encodings. The answers in it are right."""

import copy
import json
from collections.abc import Callable
from typing import Any

import nbformat
from nbformat import NotebookNode

from .base import (
    LABELS,
    MAX_POINTS,
    NOTEBOOK,
    WRONG_CORRUPT,
    WRONG_LABELS,
    Base,
    HandIn,
    Make,
    Specimen,
    as_bytes,
    cell_of,
    changed,
)

TABLE = "table in grading.md"
OWN = "own"


def accident(
    name: str, what: str, hand_in: Make, deserves: float = MAX_POINTS, source: str = OWN, exact: bool = True
) -> Specimen:
    """A submission that its student meant well."""
    return Specimen(name, "accident", what, source, "own points", hand_in, deserves, exact)


def on_right(change: Callable[[NotebookNode], object]) -> Make:
    """Right answers in a notebook that was changed."""
    return changed(change, right=True)


def duplicate(grade_id: str) -> Make:
    """One cell twice, metadata and all."""

    def change(notebook: NotebookNode) -> None:
        cell = cell_of(notebook, grade_id)
        notebook.cells.insert(notebook.cells.index(cell), copy.deepcopy(cell))

    return on_right(change)


def delete(grade_id: str) -> Make:
    """One cell less."""
    return on_right(lambda notebook: notebook.cells.remove(cell_of(notebook, grade_id)))


def everywhere(change: Callable[[NotebookNode], object]) -> Make:
    """The same change at every cell of an exercise."""

    def each(notebook: NotebookNode) -> None:
        for cell in notebook.cells:
            if "nbgrader" in cell.metadata:
                change(cell)

    return on_right(each)


def at(grade_id: str, change: Callable[[NotebookNode], object]) -> Make:
    """A change at one cell."""
    return on_right(lambda notebook: change(cell_of(notebook, grade_id)))


def set_schema(version: int | None) -> Make:
    """Another version of nbgrader's metadata."""

    def change(cell: NotebookNode) -> None:
        metadata = cell.metadata["nbgrader"]
        del metadata["schema_version"], metadata["task"]
        if version is not None:
            metadata["schema_version"] = version

    return everywhere(change)


def as_file(text: Callable[[bytes], bytes], links: dict[str, str] | None = None) -> Make:
    """The file of a right notebook, changed as bytes."""
    return lambda base: HandIn({NOTEBOOK: text(as_bytes(base.answered()))}, links or {})


def bytes_alone(content: bytes) -> Make:
    """A file that has never been a notebook."""
    return lambda base: HandIn({NOTEBOOK: content})


def old_format(base: Base) -> HandIn:
    """Saved by a program of ten years ago."""
    notebook = nbformat.convert(base.answered(), 3)
    return HandIn({NOTEBOOK: nbformat.writes(notebook, version=3).encode()})


def elsewhere(path: str) -> Make:
    """A right notebook under another name."""
    return lambda base: HandIn({path: as_bytes(base.answered())})


def beside(files: dict[str, bytes]) -> Make:
    """A right notebook with other files."""
    return lambda base: HandIn({NOTEBOOK: as_bytes(base.answered()), **files})


def with_checkpoint(base: Base) -> HandIn:
    """An older state in JupyterLab's own folder."""
    old = base.answered(WRONG_LABELS, WRONG_CORRUPT)
    path = f".ipynb_checkpoints/{NOTEBOOK.replace('.ipynb', '-checkpoint.ipynb')}"
    return HandIn({NOTEBOOK: as_bytes(base.answered()), path: as_bytes(old)})


def deeply_nested(base: Base) -> HandIn:
    """Metadata of great depth, which json.dumps would not write."""
    text = as_bytes(base.answered()).decode()
    nested = "[" * 20_000 + "]" * 20_000
    return HandIn({NOTEBOOK: text.replace('"metadata": {', f'"metadata": {{"x": {nested}, ', 1).encode()})


def as_colab(notebook: NotebookNode) -> None:
    notebook.metadata["colab"] = {"provenance": [], "toc_visible": True}
    notebook.metadata["kernelspec"] = {"name": "python3", "display_name": "Python 3"}
    notebook["nbformat_minor"] = 0
    for number, cell in enumerate(notebook.cells):
        del cell["id"]
        cell.metadata["id"] = f"x{number}"
        if cell.cell_type == "code":
            cell.metadata["outputId"] = f"y{number}"


def to_markdown(cell: NotebookNode) -> None:
    cell["cell_type"] = "markdown"
    del cell["outputs"], cell["execution_count"]


def set_kernel(notebook: NotebookNode) -> None:
    notebook.metadata["kernelspec"] = {"display_name": "R", "language": "R", "name": "ir"}
    notebook.metadata["language_info"] = {"name": "R"}


def without(*names: str) -> Callable[[NotebookNode], None]:
    """Takes keys of the notebook away."""

    def change(notebook: NotebookNode) -> None:
        for name in names:
            del notebook[name]

    return change


def put(name: str, value: Any) -> Callable[[NotebookNode], None]:
    """Sets a key."""

    def change(node: NotebookNode) -> None:
        node[name] = value

    return change


def reverse(notebook: NotebookNode) -> None:
    """Answers and checks change places, the setup stays."""
    notebook.cells[1:] = notebook.cells[:0:-1]


def set_metadata(name: str, value: Any) -> Callable[[NotebookNode], None]:
    """Sets a key of nbgrader's metadata."""

    def change(cell: NotebookNode) -> None:
        cell.metadata["nbgrader"][name] = value

    return change


def same_ids(notebook: NotebookNode) -> None:
    for cell in notebook.cells:
        cell["id"] = "same"


ACCIDENTS_OF_FORM = (
    accident("duplicated-test-cell", "A check cell is there twice.", duplicate(f"{LABELS}-check"), source=TABLE),
    accident("duplicated-solution-cell", "An answer is there twice.", duplicate(LABELS), source=TABLE),
    accident("deleted-test-cell", "A check cell was deleted.", delete(f"{LABELS}-check")),
    accident("deleted-solution-cell", "An answer was deleted.", delete(LABELS), deserves=4),
    accident("schema-missing", "nbgrader's metadata have no version.", set_schema(None), source=TABLE),
    accident("schema-1", "nbgrader's metadata are of version 1.", set_schema(1), source=TABLE),
    accident("schema-2", "nbgrader's metadata are of version 2.", set_schema(2), source=TABLE),
    accident(
        "schema-too-new",
        "nbgrader's metadata are of a version that does not exist yet.",
        everywhere(set_metadata("schema_version", 9)),
        source=TABLE,
    ),
    accident(
        "metadata-emptied",
        "nbgrader's metadata of a check are empty.",
        at(f"{LABELS}-check", lambda cell: cell.metadata.update(nbgrader={})),
    ),
    accident(
        "metadata-is-list",
        "nbgrader's metadata of a check are a list.",
        at(f"{LABELS}-check", lambda cell: cell.metadata.update(nbgrader=[])),
    ),
    accident(
        "points-are-text", "The points of a check are a word.", at(f"{LABELS}-check", set_metadata("points", "two"))
    ),
    accident(
        "test-is-solution",
        "A check cell is marked as an answer too.",
        at(f"{LABELS}-check", set_metadata("solution", True)),
    ),
    accident(
        "test-not-graded",
        "A check cell is marked as worth nothing.",
        at(f"{LABELS}-check", set_metadata("grade", False)),
    ),
    accident(
        "test-renamed", "A check cell has another grade id.", at(f"{LABELS}-check", set_metadata("grade_id", "mine"))
    ),
    accident("solution-retyped", "An answer was made a Markdown cell.", at(LABELS, to_markdown), exact=False),
    accident("test-retyped", "A check cell was made a Markdown cell.", at(f"{LABELS}-check", to_markdown)),
    accident("cells-reversed", "All cells but the first stand in reverse order.", on_right(reverse)),
    accident("same-cell-ids", "All cells have the same id.", on_right(same_ids)),
    accident("no-metadata", "The notebook has no metadata.", on_right(without("metadata"))),
    accident(
        "no-cell-metadata",
        "A cell outside the exercises has no metadata.",
        on_right(lambda notebook: notebook.cells[0].pop("metadata")),
    ),
    accident("no-outputs", "A code cell has no list of outputs.", at(LABELS, lambda cell: cell.pop("outputs"))),
    accident(
        "unknown-cell-type",
        "A cell is of a type that does not exist.",
        on_right(lambda notebook: put("cell_type", "heading")(notebook.cells[1])),
    ),
    accident("colab", "The notebook was saved by Colab.", on_right(as_colab)),
    accident("other-language", "The notebook's kernel is R.", on_right(set_kernel)),
    accident("nbformat-3", "The notebook was saved in format 3.", old_format),
    accident("nbformat-5", "The notebook says that it is of format 5.", on_right(put("nbformat", 5))),
    accident("minor-too-new", "The notebook says that it is of format 4.99.", on_right(put("nbformat_minor", 99))),
    accident("minor-is-text", "The minor version of the format is a word.", on_right(put("nbformat_minor", "five"))),
    accident(
        "no-version",
        "The notebook does not say of which format it is.",
        on_right(without("nbformat", "nbformat_minor")),
    ),
    accident(
        "cells-are-mapping",
        "The cells are a mapping, not a list.",
        on_right(lambda notebook: put("cells", {"0": notebook.cells})(notebook)),
        deserves=0,
    ),
    accident(
        "source-is-mixed-list",
        "The source of an answer is a list with a number in it.",
        at(LABELS, lambda cell: cell.update(source=[cell.source, 7])),
        exact=False,
    ),
    accident(
        "nul-byte",
        "There is a NUL byte in an answer.",
        at(LABELS, lambda cell: cell.update(source=cell.source + "\n# \0")),
        exact=False,
    ),
    accident(
        "lone-surrogate",
        "There is half of a character in an answer.",
        at(LABELS, lambda cell: cell.update(source=cell.source + "\n# \ud83d")),
        exact=False,
    ),
    accident(
        "carriage-returns",
        "The lines of an answer end as on Windows.",
        at(LABELS, lambda cell: cell.update(source=cell.source.replace("\n", "\r\n"))),
    ),
    accident("nested-deeply", "The metadata are nested 20,000 deep.", deeply_nested, exact=False),
    accident("empty-file", "The file is empty.", bytes_alone(b""), deserves=0),
    accident("not-json", "The file is a text document.", bytes_alone(b"Dear teacher, my notebook"), deserves=0),
    accident("json-list", "The file is a list in JSON.", bytes_alone(b"[1, 2, 3]"), deserves=0),
    accident("json-null", "The file is null in JSON.", bytes_alone(b"null"), deserves=0),
    accident(
        "no-cells",
        "The notebook has no cells.",
        bytes_alone(json.dumps({"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()),
        deserves=0,
    ),
    accident("truncated", "The upload broke off half way.", as_file(lambda text: text[: len(text) // 2]), deserves=0),
    accident(
        "byte-order-mark",
        "The file begins with a byte order mark.",
        as_file(lambda text: b"\xef\xbb\xbf" + text),
        exact=False,
    ),
    accident("utf-16", "The file is in UTF-16.", as_file(lambda text: text.decode().encode("utf-16")), exact=False),
    accident(
        "latin-1",
        "The file is in Latin-1, with an umlaut in it.",
        as_file(lambda text: text.replace(b"trained for", b"\xfcbung for")),
        exact=False,
    ),
    accident("renamed", "The notebook is called otherwise.", elsewhere("my homework (1).ipynb"), exact=False),
    accident("sub-folder", "The notebook is in a folder of its own.", elsewhere(f"homework/{NOTEBOOK}"), exact=False),
    accident("old-checkpoint", "JupyterLab's folder of checkpoints was handed in too.", with_checkpoint),
    accident("second-notebook", "There is another notebook beside it.", beside({"scratch.ipynb": b"{}"})),
    accident(
        "folder-for-notebook",
        "Where the notebook should be, there is a folder of that name.",
        lambda base: HandIn({f"{NOTEBOOK}/readme.txt": b"inside"}),
        deserves=0,
    ),
    accident(
        "dangling-link",
        "A symbolic link that leads nowhere is beside it.",
        as_file(lambda text: text, {"data.csv": "/nowhere/data.csv"}),
    ),
    accident("timestamp-garbage", "`timestamp.txt` is not a time.", beside({"timestamp.txt": b"yesterday evening"})),
    accident("timestamp-binary", "`timestamp.txt` is not text.", beside({"timestamp.txt": b"\xff\xfe\x00\x01"})),
)
