"""Answers that passed their check, one file of Python an exercise, in the learner's folder `my_work/answers`.

The file is for its learner to read. Loading it runs it, as the notebook did: on the learner's own machine, and never in
grading. What says that an answer passed is no seal: whoever changes it fools themselves alone.

An answer fits as long as its exercise asks the same: the names, the parts and their points, and what the reference says
of itself, its parameters and its docstring. The hidden tests are no part of that. They draw other cases at every check
anyhow, so that having passed was never more than having passed then.
"""

import contextlib
import hashlib
import inspect
import io
import json
import os
import sys
import types
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from autograder.definitions import definition
from autograder.exercise import Exercise, loaded, name_of
from autograder.running.observe import text_of
from autograder.wording import quoted
from bertkit.atomic import write_atomically

FOLDER = "answers"
SET_ASIDE = "set_aside"
"""Folder in it with files that could no longer be used when another answer passed."""
FIRST_LINE = "# Your answer to {id}, kept since it passed its check. Work in your notebook; nothing reads changes here."
FULL, VISIBLE = "full", "visible"
"""With which tests it passed."""


class UnusableError(ValueError):
    """There is a kept answer, but it cannot be used; the message ends a sentence about it."""


@dataclass(frozen=True)
class Kept:
    """An answer that passed its check."""

    exercise_id: str
    passed: datetime
    """When, with its time zone."""
    lesson: str
    """Name of the lesson that it was written in."""
    tests: str
    """`FULL` or `VISIBLE`."""
    asks: str
    """Fingerprint of what the exercise asked."""
    source: str
    path: Path
    lines_above: int
    """Lines of the file before its source."""

    @property
    def origin(self) -> str:
        """For example `lesson 2, 28 Nov`."""
        number = self.lesson.partition("_")[0]
        lesson = f"lesson {int(number)}" if number.isdecimal() else self.lesson
        return f"{lesson}, {self.passed.day} {self.passed:%b}"


def fingerprint(exercise: Exercise) -> str:
    """A short text that changes when an exercise asks for something else."""
    parts = [[part.name, part.points] for part in exercise.parts]
    asked = [exercise.id, exercise.names, parts, [_asked_by(path) for path in exercise.defines]]
    return _short_hash(json.dumps(asked))


def keep(folder: Path, exercise: Exercise, source: str, lesson: str, tests: str) -> Path:
    """Write an answer in the learner's folder, in place of the one before; one that was unusable is moved aside.

    Raises:
        OSError: if it cannot be written.
        UnicodeEncodeError: if the source holds what no file of text can hold.
    """
    path = _path(folder, exercise.id)
    source = source.replace("\r\n", "\n").replace("\r", "\n")  # as it will be read again
    with contextlib.suppress(FileNotFoundError):  # or another kernel has moved it meanwhile
        try:
            find(folder, exercise)
        except UnusableError:
            aside = path.parent / SET_ASIDE / f"{exercise.id}.{_short_hash(path.read_bytes())}.py"
            aside.parent.mkdir(exist_ok=True)
            os.replace(path, aside)
    facts = {
        "exercise": exercise.id,
        "passed": datetime.now().astimezone().isoformat(timespec="seconds"),
        "lesson": lesson,
        "tests": tests,
        "asks": fingerprint(exercise),
        "source": _short_hash(source),
    }
    head = [FIRST_LINE.format(id=exercise.id), *(f"# {name}: {value}" for name, value in facts.items())]
    write_atomically(path, "\n".join(head) + f"\n\n{source}")
    return path


def find(folder: Path | None, exercise: Exercise) -> Kept | None:
    """The answer to an exercise in a learner's folder; None where none is kept.

    Raises:
        UnusableError: if it was changed or damaged since it was written, or its exercise asks for something else now.
    """
    if folder is None:
        return None
    path = _path(folder, exercise.id)
    try:
        head, _, source = path.read_text(encoding="utf-8").partition("\n\n")
        facts = dict(line.removeprefix("# ").split(": ", 1) for line in head.splitlines()[1:])
        passed = datetime.fromisoformat(facts["passed"])
        kept = Kept(
            facts["exercise"],
            passed,
            facts["lesson"],
            facts["tests"],
            facts["asks"],
            source,
            path,
            head.count("\n") + 2,
        )
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError):
        raise UnusableError("cannot be read") from None
    if facts.get("source") != _short_hash(source) or kept.exercise_id != exercise.id:
        raise UnusableError("was changed since it passed")
    if kept.asks != fingerprint(exercise):
        raise UnusableError("no longer fits: its exercise changed")
    return kept


_loaded: dict[str, tuple[Any, ...]] = {}
"""By the path and the hash of the source: an answer is loaded once, so that its classes stay the same."""


def load(kept: Kept, exercise: Exercise) -> tuple[Any, ...]:
    """Run a kept answer in a module of its own and take its names from there. What it prints is swallowed.

    Raises:
        UnusableError: if it raises, leaves Python or does not define its names.
    """
    key = f"{kept.path}:{_short_hash(kept.source)}"
    if key not in _loaded:
        # With the line numbers of the file, so that a traceback shows the lines that it names.
        _loaded[key] = run(kept.source, exercise, str(kept.path), kept.lines_above)
    return _loaded[key]


def run(source: str, exercise: Exercise, file: str = "<answer>", lines_above: int = 0) -> tuple[Any, ...]:
    """What a source defines for an exercise. Raises `UnusableError` as `load` does."""
    module = types.ModuleType(f"my_work.{exercise.id.replace('.', '_')}", "An answer that was kept.")
    module.__file__ = file
    sys.modules[module.__name__] = module  # where classes are looked for by the name of their module
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            exec(compile("\n" * lines_above + source, file, "exec", dont_inherit=True), vars(module))
        return tuple(getattr(module, name) for name in exercise.names)
    except (Exception, SystemExit) as error:
        raise UnusableError(f"does not load: {type(error).__name__}: {quoted(text_of(error), 80)}") from None


def _path(folder: Path, exercise_id: str) -> Path:
    return folder / FOLDER / f"{exercise_id}.py"


def _short_hash(content: str | bytes) -> str:
    return hashlib.sha256(content.encode() if isinstance(content, str) else content).hexdigest()[:16]


def _asked_by(path: str) -> Sequence[Any]:
    """What the reference at `module:name` says of itself: parameters and docstring, a class's public methods too.

    Of a value, its type and the docstring below it.
    """
    reference = loaded(path)
    if not (isinstance(reference, type) or inspect.isroutine(reference)):
        return [[name_of(path), type(reference).__name__, " ".join((definition(path).docstring or "").split())]]
    own = vars(reference).items() if isinstance(reference, type) else ()
    methods = [(name, each) for name, each in own if inspect.isfunction(each) and not name.startswith("_")]
    return [
        [name, _parameters(each), " ".join((each.__doc__ or "").split())]
        for name, each in [(reference.__name__, reference), *methods]
    ]


def _parameters(function: Any) -> list[list[str]]:
    """Names and kinds, and whether there is a default, whose text may differ between versions of Python."""
    parameters = inspect.signature(function).parameters.values()
    return [[each.name, each.kind.name, "optional" if each.default is not each.empty else ""] for each in parameters]
