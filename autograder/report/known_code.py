"""The code that the course itself knows for an exercise: its reference, and the known mistakes."""

import inspect
import textwrap
from typing import Any

from autograder import hidden
from autograder.exercises import UnknownExerciseError, find
from autograder.lessons.stub import StubError, worked_source


def reference_source(exercise: str) -> str | None:
    """The worked source of bertkit's own version; None for an exercise that the course no longer has."""
    try:
        return worked_source(find(exercise))
    except (UnknownExerciseError, StubError):
        return None


def mistake_sources(exercise: str) -> list[str]:
    """The known mistakes whose source can be read; none for an exercise that the course no longer has."""
    try:
        mistakes = hidden.load(exercise).mistakes
    except (UnknownExerciseError, ModuleNotFoundError):
        return []
    return [source for mistake in mistakes if (source := _source(mistake.answer)) is not None]


def _source(answer: Any) -> str | None:
    try:
        return textwrap.dedent(inspect.getsource(answer))
    except (OSError, TypeError):  # not written down as one function or class
        return None
