"""A notebook that somebody else has saved: bytes that may be anything, read as far as there are cells in them.

Which of the cells answer an exercise is told here too, also where an editor has lost what nbgrader had written there.

Nothing of it is run here, nothing is taken on trust, and reading ends, whatever was handed in.
"""

import gc
import itertools
import json
import os
import re
import stat
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from autograder.exercise import Exercise
from autograder.wording import quoted
from bertkit.work_folder import LESSON

LARGEST_FILE = 32 * 2**20
"""Bytes. A lesson with its outputs has one hundredth of that; JSON made for it takes a hundred times its own memory."""
MOST_CELLS = 2_000
LONGEST_ANSWER = 200_000
"""Characters of one cell."""
LONGEST_NAME = 100
"""Characters of a lesson's name."""
MOST_BRACKETS = 1_000_000
"""Lists and mappings of one file: each takes a hundred bytes of memory for three of its own."""


class UnreadableError(ValueError):
    """It is no notebook; the message ends a sentence about the file."""


@dataclass(frozen=True)
class FoundCell:
    """A cell of a notebook of whatever version, as far as it could be made out."""

    names: tuple[str, ...]
    """What it calls itself: nbgrader's grade id, then the notebook's own id."""
    source: str
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class ForeignNotebook:
    """What can be made out of a notebook."""

    cells: tuple[FoundCell, ...]
    """At least one."""
    lesson: str | None
    """The lesson that it says it is, which has a lesson's form of name; None where it says nothing of that form."""


def bytes_at(path: Path) -> bytes:
    """The content of a file, which is no link.

    Raises `UnreadableError` where there is something that cannot be a notebook, `OSError` where nothing can be read.
    """
    # Asked before it is opened: folders and sockets cannot be.
    mode = path.lstat().st_mode
    if stat.S_ISDIR(mode):
        raise UnreadableError("it is a folder, and a notebook is a file in it")
    if not stat.S_ISREG(mode):
        raise UnreadableError("it is not a regular file")
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with open(descriptor, "rb") as file:
        size = os.fstat(descriptor).st_size
        if size > LARGEST_FILE:
            raise UnreadableError(
                f"it has {size:,} bytes, and {LARGEST_FILE:,} are read at most; clear the outputs of all cells"
            )
        return file.read(LARGEST_FILE + 1)


def notebook_in(data: bytes) -> ForeignNotebook:
    """The notebook in the bytes of a file. Raises `UnreadableError` where there is none."""
    if not data.strip():
        raise UnreadableError("the file is empty")
    if data.count(b"[") + data.count(b"{") > MOST_BRACKETS:
        raise UnreadableError(f"it has more than {MOST_BRACKETS:,} brackets; clear the outputs of all cells")
    try:
        content = parsed(data)
    except (ValueError, RecursionError, MemoryError) as error:
        raise UnreadableError(f"it is not JSON ({type(error).__name__}: {str(error)[:80]})") from error
    cells = tuple(itertools.islice(cells_of(content), MOST_CELLS + 1))
    if not cells:
        raise UnreadableError("it is JSON, but has no cells as a notebook has")
    if len(cells) > MOST_CELLS:
        raise UnreadableError(f"it has more than {MOST_CELLS:,} cells")
    return ForeignNotebook(cells, lesson_of(content))


def notebook_or_reason(path: Path) -> ForeignNotebook | str:
    """The notebook that somebody has named, links followed; or why there is none, as it ends a sentence."""
    try:
        return notebook_in(bytes_at(path.resolve()))
    except UnreadableError as error:
        return str(error)
    except FileNotFoundError:
        return "there is no such file"
    except (OSError, ValueError, RuntimeError) as error:  # RuntimeError: links that lead in a circle
        return quoted(getattr(error, "strerror", None) or str(error))


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
                yield FoundCell(names_of(cell), text_of(cell.get("source", cell.get("input"))), tags_of(cell))


def lesson_of(content: Any) -> str | None:
    """What the build of the course has written into a notebook; None where that is not there any more."""
    for name in ("metadata", "course", "lesson"):
        content = content.get(name) if isinstance(content, dict) else None
    is_name = isinstance(content, str) and len(content) <= LONGEST_NAME and LESSON.fullmatch(content)
    return content if is_name else None


def names_of(cell: dict[str, Any]) -> tuple[str, ...]:
    """What a cell calls itself."""
    metadata = cell.get("metadata")
    nbgrader = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = nbgrader.get("grade_id") if isinstance(nbgrader, dict) else None
    return tuple(name for name in (grade_id, cell.get("id")) if isinstance(name, str))


def tags_of(cell: dict[str, Any]) -> tuple[str, ...]:
    """The tags of a cell."""
    metadata = cell.get("metadata")
    tags = metadata.get("tags") if isinstance(metadata, dict) else None
    return tuple(tag for tag in tags if isinstance(tag, str)) if isinstance(tags, list) else ()


def text_of(source: Any) -> str:
    """A source, which notebooks keep as a string or as a list of lines; half of a surrogate pair becomes "?".

    What is too long for an answer is cut, at one character more than an answer may have.
    """
    lines = source if isinstance(source, list) else [source]
    text = "".join(line[: LONGEST_ANSWER + 1] for line in lines[: LONGEST_ANSWER + 1] if isinstance(line, str))
    return text[: LONGEST_ANSWER + 1].encode(errors="replace").decode().lstrip("\ufeff")


def within_length(source: str) -> str:
    """The source, or in place of one that nobody wrote by hand a line that says why it is not graded."""
    if len(source) <= LONGEST_ANSWER:
        return source
    return f'raise ValueError("the cell has more than {LONGEST_ANSWER:,} characters, the most that are graded")\n'


def answers_to(name: str, exercise: Exercise | None, cells: Sequence[FoundCell]) -> list[int]:
    """The numbers of the cells that answer an exercise; None for one that a human grades.

    By nbgrader's id, `name`; else by the notebook's own, which other editors keep; else by what they define.
    """
    for place in (0, 1):
        if found := [number for number, cell in enumerate(cells) if name in cell.names[place : place + 1]]:
            return found
    return defining(exercise, cells)


def defining(exercise: Exercise | None, cells: Sequence[FoundCell]) -> list[int]:
    """The numbers of the cells that define what an exercise asks for."""
    if exercise is None:
        return []
    # Only names of constants: a notebook assigns to others in passing.
    forms = [
        rf"{name}\s*[:=](?!=)" if name.isupper() else rf"(?:async +def|def|class) +{name}\b" for name in exercise.names
    ]
    defines = re.compile(rf"^(?:{'|'.join(forms)})", re.MULTILINE)
    return [number for number, cell in enumerate(cells) if defines.search(cell.source)]
