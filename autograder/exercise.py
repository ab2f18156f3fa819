"""What an exercise says to everybody: its name, its worth, its hints, and how an answer to it is run.

This half of an exercise may be read by a learner and is all that runs beside a learner's code. The other half, with the
inputs it is tried on and the judging, is `autograder.hidden`.
"""

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

Inputs = dict[str, Any]
"""Plain data for one run: numbers, strings, None, tensors, and lists and dicts of these."""

Runner = Callable[[Any, Inputs], Any]
"""`run(answer, inputs) -> outputs`: use the learner's answer once and return plain data."""


class Difficulty(Enum):
    """How hard an exercise is, in words and in filled dots."""

    EASY = ("easy", "●○○")
    MEDIUM = ("medium", "●●○")
    HARD = ("hard", "●●●")

    def __str__(self) -> str:
        word, dots = self.value
        return f"{dots} {word}"


@dataclass(frozen=True)
class Hint:
    """One hint, found by its symptom: what a learner who needs it is looking at."""

    symptom: str
    """Title of the hint, for example "my loss is too good to be true"."""
    text: str
    """The hint itself, in Markdown."""


@dataclass(frozen=True)
class Part:
    """A share of an exercise's points, given for one property of the answer."""

    name: str
    """Stable, short, in the form `like-this`."""
    title: str
    """What a learner reads: the property, as a statement that is true of a right answer."""
    points: float


@dataclass(frozen=True)
class Exercise:
    """One exercise. Its id, title, points and hints stand here and nowhere else.

    The signature, the docstring and the solution are those of the `reference` in bertkit.
    """

    id: str
    """`lesson.name`, where the name is the one the learner defines."""
    title: str
    difficulty: Difficulty
    minutes: int
    """How long it takes somebody who has read the lesson so far."""
    why: str
    """Why it matters, in Markdown, a sentence or two."""
    parts: tuple[Part, ...]
    """In the order in which a diagnosis should name them: what matters most comes first."""
    hints: tuple[Hint, ...]
    """From the gentlest to the clearest; the last still leaves the code to the learner."""
    reference: str
    """Where the library has it: `module:name`."""
    run: Runner
    """Runs beside the learner's code."""
    equivalents: tuple[str, ...] = ()
    """What else in the library would answer the exercise if it were called: `module:name` each."""

    @property
    def name(self) -> str:
        """The name that a learner defines."""
        return self.id.rpartition(".")[2]

    @property
    def points(self) -> float:
        """Points for a wholly right answer."""
        return sum(part.points for part in self.parts)

    def load_reference(self) -> Any:
        """bertkit's own version."""
        module, _, name = self.reference.partition(":")
        return getattr(importlib.import_module(module), name)
