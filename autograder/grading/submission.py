"""What came back from a student: bytes that may be anything, of which only the answers' sources are taken.

Tags, flags, points, outputs, schema numbers and every cell that is not an answer stay behind, and with them whatever
somebody may have put there.
"""

import ast
from collections.abc import Iterable, Sequence
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

from nbformat import NotebookNode

from autograder.foreign import (
    FoundCell,
    UnreadableError,
    answers_to,
    bytes_at,
    defining,
    notebook_in,
    within_length,
)
from autograder.grading.assignment import BY_GRADE_ID, Assignment, is_written_by_learners

MOST_PIECES = 10
"""Cells for one exercise, the last ones."""
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


def joined(sources: Iterable[str]) -> str:
    """Cells of one answer as one text."""
    return "\n\n".join(sources)


def read_file(path: Path, assignment: Assignment) -> Submission:
    """Read what is at `submitted/STUDENT/ASSIGNMENT/FILE`, without following links from the student's folder on.

    Raises `OSError` where the file is there and cannot be read.
    """
    if any(each.is_symlink() for each in (path, path.parent, path.parent.parent)):
        return Submission({}, unreadable="it is a link to something else")
    try:
        return read(bytes_at(path), assignment)
    except UnreadableError as error:
        return Submission({}, unreadable=str(error))


def read(data: bytes, assignment: Assignment) -> Submission:
    """Find the answers in the bytes of a notebook, whatever state it is in."""
    try:
        return answers_in(notebook_in(data).cells, assignment)
    except UnreadableError as error:
        return Submission({}, unreadable=str(error))


def answers_in(cells: Sequence[FoundCell], assignment: Assignment) -> Submission:
    """Find the answers among the cells of a notebook."""
    answers: dict[str, tuple[str, ...]] = {}
    notes: list[str] = []
    taken: set[int] = set()
    for name, stub in assignment.stubs.items():
        exercise = BY_GRADE_ID.get(name)
        candidates = answers_to(name, exercise, cells)
        written = [number for number in candidates if not same_code(cells[number].source, stub)]
        if candidates and not written:
            # Somebody left the stub alone and wrote the answer below it.
            written = [number for number in defining(exercise, cells) if not same_code(cells[number].source, stub)]
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


def rebuilt(assignment: Assignment, submission: Submission) -> NotebookNode:
    """The released notebook with the student's answers in it, nothing else of theirs, and no outputs."""
    notebook, answers = deepcopy(assignment.skeleton), submission.answers
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
        if is_written_by_learners(cell):
            cell.source = answers.get(cell.metadata.nbgrader.grade_id, "")
    return notebook


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
