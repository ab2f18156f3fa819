"""What came back from a student: bytes that may be anything, of which only the answers' sources are taken.

Tags, flags, points, outputs, schema numbers and every cell that is not an answer stay behind, and with them whatever
somebody may have put there.
"""

import ast
import gc
import itertools
import json
import os
import re
import stat
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nbformat import NotebookNode

from autograder.grading.assignment import BY_GRADE_ID, Assignment, is_written_by_learners

LARGEST_FILE = 32 * 2**20
"""Bytes. A lesson with its outputs has one hundredth of that; JSON made for it takes a hundred times its own memory."""
MOST_CELLS = 2_000
LONGEST_ANSWER = 200_000
"""Characters of one cell."""
MOST_PIECES = 10
"""Cells for one exercise, the last ones."""
MOST_BRACKETS = 1_000_000
"""Lists and mappings of one file: each takes a hundred bytes of memory for three of its own."""
MOST_OWN_CODE = 100_000
"""Characters of cells that are not graded; what comes after them is not looked through for names."""


@dataclass(frozen=True)
class Submission:
    """What counts of a notebook that was handed in."""

    cells: dict[str, tuple[str, ...]]
    """Sources by grade id, mostly one each; a cell that is missing is missing here."""
    notes: tuple[str, ...] = ()
    """What a human should know."""
    own_names: frozenset[str] = frozenset()
    """Names that other cells define or import."""
    unreadable: str | None = None
    """Why it is no notebook, where it is none."""

    @property
    def answers(self) -> dict[str, str]:
        """What answers each exercise, as one text."""
        return {name: joined(sources) for name, sources in self.cells.items()}


@dataclass(frozen=True)
class FoundCell:
    """A cell of a notebook of whatever version, as far as it could be made out."""

    names: tuple[str, ...]
    """What it calls itself: nbgrader's grade id, then the notebook's own id."""
    source: str


def joined(sources: Iterable[str]) -> str:
    """Cells of one answer as one text."""
    return "\n\n".join(sources)


def read_file(path: Path, assignment: Assignment) -> Submission:
    """Read what is at `submitted/STUDENT/ASSIGNMENT/FILE`, without following links from the student's folder on.

    Raises `OSError` where the file is there and cannot be read.
    """
    if any(each.is_symlink() for each in (path, path.parent, path.parent.parent)):
        return Submission({}, unreadable="it is a link to something else")
    # Asked before it is opened: folders and sockets cannot be.
    if not stat.S_ISREG(path.lstat().st_mode):
        return Submission({}, unreadable="it is not a regular file")
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        size = os.fstat(descriptor).st_size
        if size > LARGEST_FILE:
            why = f"it has {size:,} bytes, and {LARGEST_FILE:,} are read at most; clear the outputs of all cells"
            return Submission({}, unreadable=why)
        return read(file.read(LARGEST_FILE + 1), assignment)


def read(data: bytes, assignment: Assignment) -> Submission:
    """Find the answers in the bytes of a notebook, whatever state it is in."""
    if not data.strip():
        return Submission({}, unreadable="the file is empty")
    if data.count(b"[") + data.count(b"{") > MOST_BRACKETS:
        return Submission({}, unreadable=f"it has more than {MOST_BRACKETS:,} brackets; clear the outputs of all cells")
    try:
        content = parsed(data)
    except (ValueError, RecursionError, MemoryError) as error:
        return Submission({}, unreadable=f"it is not JSON ({type(error).__name__}: {str(error)[:80]})")
    cells = list(itertools.islice(cells_of(content), MOST_CELLS + 1))
    if not cells:
        return Submission({}, unreadable="it is JSON, but has no cells as a notebook has")
    if len(cells) > MOST_CELLS:
        return Submission({}, unreadable=f"it has more than {MOST_CELLS:,} cells")
    answers: dict[str, tuple[str, ...]] = {}
    notes: list[str] = []
    taken: set[int] = set()
    for name, stub in assignment.stubs.items():
        candidates = answers_to(name, cells)
        written = [number for number in candidates if not same_code(cells[number].source, stub)]
        if candidates and not written:
            # Somebody left the stub alone and wrote the answer below it.
            written = [number for number in defining(name, cells) if not same_code(cells[number].source, stub)]
            if written := [number for number in written if cells[number].source not in assignment.sources]:
                notes.append(f"{name} is answered in a cell of the student's own")
        sources = list(dict.fromkeys(cells[number].source for number in written or candidates))
        if written and len(sources) > 1:
            # A cell that was split has its name in both halves, and a copy is better than nothing.
            notes.append(f"{len(sources)} cells answer {name}; they were run one after the other")
        taken.update(candidates, written)
        if sources:
            answers[name] = tuple(map(within_length, sources[-MOST_PIECES:] if written else sources[-1:]))
        else:
            notes.append(f"no cell answers {name}")
    return Submission(answers, tuple(notes), names_in(cell.source for n, cell in enumerate(cells) if n not in taken))


def parsed(data: bytes) -> Any:
    """The JSON of a file in whatever encoding. Raises `ValueError`, `RecursionError` or `MemoryError`."""
    # The collector would look through millions of small objects again and again, and none of them is garbage.
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        return json.loads(data.decode(json.detect_encoding(data), "replace"))
    finally:
        if was_enabled:
            gc.enable()


def rebuilt(assignment: Assignment, submission: Submission) -> NotebookNode:
    """The released notebook with the student's answers in it, nothing else of theirs, and no outputs."""
    notebook, answers = deepcopy(assignment.skeleton), submission.answers
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if is_written_by_learners(cell):
            cell.source = answers.get(cell.metadata.nbgrader.grade_id, "")
    return notebook


def cells_of(content: Any) -> Iterator[FoundCell]:
    """The cells of a notebook of any version, as far as they have a source."""
    if not isinstance(content, dict):
        return
    # Format 3 had its cells in worksheets, and the source of code under another name.
    sheets = content.get("worksheets")
    sheets = [content, *sheets] if isinstance(sheets, list) else [content]
    for sheet in sheets:
        cells = sheet.get("cells") if isinstance(sheet, dict) else None
        for cell in cells if isinstance(cells, list) else []:
            if isinstance(cell, dict):
                yield FoundCell(names_of(cell), text_of(cell.get("source", cell.get("input"))))


def names_of(cell: dict[str, Any]) -> tuple[str, ...]:
    """What a cell calls itself."""
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return tuple(name for name in (grade_id, cell.get("id")) if isinstance(name, str))


def text_of(source: Any) -> str:
    """A source, which notebooks keep as a string or as a list of lines; half of a surrogate pair becomes "?".

    What is too long for an answer is cut, at one character more than an answer may have.
    """
    lines = source if isinstance(source, list) else [source]
    text = "".join(line[: LONGEST_ANSWER + 1] for line in lines[: LONGEST_ANSWER + 1] if isinstance(line, str))
    return text[: LONGEST_ANSWER + 1].encode(errors="replace").decode().lstrip("\ufeff")


def answers_to(name: str, cells: list[FoundCell]) -> list[int]:
    """The numbers of the cells that answer an exercise.

    By nbgrader's id; else by the notebook's own, which other editors keep; else by the name that they define.
    """
    for place in (0, 1):
        if found := [number for number, cell in enumerate(cells) if name in cell.names[place : place + 1]]:
            return found
    return defining(name, cells)


def defining(name: str, cells: list[FoundCell]) -> list[int]:
    """The numbers of the cells that define what an exercise asks for."""
    exercise = BY_GRADE_ID.get(name)
    if exercise is None:
        return []
    # Only names of constants: a notebook assigns to others in passing.
    forms = [
        rf"{name}\s*[:=](?!=)" if name.isupper() else rf"(?:async +def|def|class) +{name}\b" for name in exercise.names
    ]
    defines = re.compile(rf"^(?:{'|'.join(forms)})", re.MULTILINE)
    return [number for number, cell in enumerate(cells) if defines.search(cell.source)]


def within_length(source: str) -> str:
    """The source, or in place of one that nobody wrote by hand a line that says why it is not graded."""
    if len(source) <= LONGEST_ANSWER:
        return source
    return f'raise ValueError("the cell has more than {LONGEST_ANSWER:,} characters, the most that are graded")\n'


def same_code(left: str, right: str) -> bool:
    """Whether two sources differ in nothing but space around lines."""
    return left.split() == right.split()


def names_in(sources: Iterable[str]) -> frozenset[str]:
    """The names that cells define or import, of as much code as is looked through."""
    names: set[str] = set()
    characters = 0
    for source in sources:
        characters += len(source)
        if characters > MOST_OWN_CODE:
            break
        names |= defined(source)
    return frozenset(names)


def defined(source: str) -> set[str]:
    """The names that a cell defines or imports, where it can be parsed."""
    try:
        tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return set()
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Import | ast.ImportFrom):
            names.update((alias.asname or alias.name).partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.Assign):
            names.update(target.id for target in node.targets if isinstance(target, ast.Name))
    return names
