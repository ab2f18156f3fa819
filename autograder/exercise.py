"""What an exercise says to everybody: its name, its worth, its hints, and how an answer to it is run.

This half of an exercise may be read by a learner and is all that runs beside a learner's code. The other half, with the
inputs it is tried on and the judging, is `autograder.hidden`.
"""

import importlib
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import SimpleNamespace
from typing import Any

from autograder.counting import Count, Occurrences

SETUP = "setup"
"""Tag of a lesson's cells that run before every answer, in grading too."""

Inputs = dict[str, Any]
"""Plain data for one run: numbers, strings, None, tensors, and lists and dicts of these."""

Runner = Callable[[Any, Inputs], Any]
"""`run(answer, inputs) -> outputs`: use the learner's answer once and return plain data.

The answer is the object itself where an exercise defines one name, and has the names as attributes where it defines
several.
"""


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


@dataclass(frozen=True, eq=False)
class VisibleCase:
    """One input that an answer is tried on in sight of the learner, beside the docstring's example.

    What should come of it is what the reference gives. That arguments stay as they are, that type and shape are right,
    and that no global randomness is used, is looked at in every case.
    """

    title: str
    """What is special about it, to be read after "where": "nothing is selected"."""
    inputs: Mapping[str, Any] | Callable[[], Inputs]
    """Plain lists and numbers, or what makes the inputs: the same in every call."""
    raises: str | None = None
    """Where a ValueError is called for: text that its message has to contain, in any case."""
    strided: bool = False
    """Whether tensors lie in memory in another order than their elements have."""
    counts: Callable[[Inputs, Sequence[Any]], Iterable[Count | Occurrences]] | None = None
    """For answers that draw: from the inputs and the value of each call to what is counted; values are not compared."""

    def load(self) -> Inputs:
        """The inputs as an answer gets them: `as_tensors` of what is written out."""
        given = self.inputs
        return given() if callable(given) else {name: as_tensors(each) for name, each in given.items()}


def as_tensors(value: Any) -> Any:
    """Lists as tensors, also in a dict: of True and False bool, of whole numbers int64, of others float32."""
    import torch  # late: what an exercise says can be read without

    if isinstance(value, dict):
        return {name: as_tensors(each) for name, each in value.items()}
    return torch.tensor(value) if isinstance(value, list) else value


@dataclass(frozen=True)
class Exercise:
    """One exercise. Its id, title, points and hints stand here and nowhere else.

    Signatures, docstrings and solutions are those that bertkit has under the names in `defines`.
    """

    id: str
    """`lesson.name`, where the name is the one that the learner defines, or says what several of them are about."""
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
    defines: tuple[str, ...]
    """What the learner defines, functions, classes or values, where the library has it: `module:name` each, in the
    order in which a learner meets them."""
    run: Runner
    """Runs beside the learner's code. `run_value` where the answer is a value."""
    stands_on: tuple[str, ...] = ()
    """Helpers and constants of the library that its own answer takes along: `module:name` each, every one below those
    that it needs while it is defined."""
    equivalents: tuple[str, ...] = ()
    """What else in the library would answer the exercise if it were called: `module:name` each."""
    preload: tuple[str, ...] = ()
    """Modules that take seconds to import and that every run needs: a process that forks others has them already."""
    visible: tuple[VisibleCase, ...] = ()
    """What a class's check tries beside the docstring's example."""
    entries: Mapping[str, tuple[str, str, str, str]] = field(default_factory=dict, hash=False)
    """Where `run` gives a dict: the four lines of a diagnosis for an entry that is wrong in a visible case."""

    @property
    def name(self) -> str:
        """What the exercise is called in its lesson: where it defines one name, that name."""
        return self.id.rpartition(".")[2]

    @property
    def names(self) -> tuple[str, ...]:
        """The names that a learner defines."""
        return tuple(name_of(path) for path in self.defines)

    @property
    def points(self) -> float:
        """Points for a wholly right answer."""
        return sum(part.points for part in self.parts)

    def load_reference(self) -> Any:
        """bertkit's own version, in the form in which `run` gets an answer.

        Raises `ImportError` or `AttributeError` where the library has it elsewhere.
        """
        return self.answer_of(*map(loaded, self.defines))

    def answer_of(self, *objects: Any) -> Any:
        """The answer in the form in which `run` gets it, from one object for each of the names, in order.

        Raises `ValueError` where there are more or fewer, saying how they are passed.
        """
        if len(objects) != len(self.names):
            asked = f"{len(self.names)} answers" if len(self.names) > 1 else "one answer"
            raise ValueError(
                f"{self.id} takes {asked}, not {len(objects)}: call check({', '.join([repr(self.id), *self.names])})"
            )
        return objects[0] if len(objects) == 1 else SimpleNamespace(**dict(zip(self.names, objects, strict=True)))

    def answer_in(self, namespace: Mapping[str, Any], hidden: Container[str] = ()) -> Any:
        """The answer in the form in which `run` gets it, out of what a file or a notebook has defined.

        Raises `UndefinedError` where a name is missing; it lists what there is, without the names in `hidden`.
        """
        if missing := tuple(name for name in self.names if name not in namespace):
            raise UndefinedError(missing, (name for name in namespace if name not in hidden))
        return self.answer_of(*(namespace[name] for name in self.names))


class UndefinedError(LookupError):
    """Code has come to its end without defining all that an exercise asks for."""

    def __init__(self, missing: tuple[str, ...], defined: Iterable[object]) -> None:
        """`defined` are the names that there are; those that begin with an underscore are left out."""
        there = sorted(str(name) for name in defined if not str(name).startswith("_"))
        super().__init__(f"{in_words(missing)}; it defines {', '.join(there) or 'nothing'}")


def grade_id(exercise_id: str) -> str:
    """nbgrader's name for the cell of an answer, which may not contain a dot."""
    return exercise_id.replace(".", "-")


def loaded(path: str) -> Any:
    """What the library has at `module:name`. Raises `ImportError` or `AttributeError`."""
    return getattr(importlib.import_module(module_of(path)), name_of(path))


def module_of(path: str) -> str:
    """`bertkit.objectives.mlm` of `bertkit.objectives.mlm:corrupt`."""
    return path.partition(":")[0]


def name_of(path: str) -> str:
    """`corrupt` of `bertkit.objectives.mlm:corrupt`."""
    return path.partition(":")[2]


def in_words(names: Iterable[str], mark: str = "`") -> str:
    """Names in a sentence, marked as code: `a`, `b` and `c`."""
    *before, last = (f"{mark}{name}{mark}" for name in names)
    return f"{', '.join(before)} and {last}" if before else last


def attempted(answer: Any) -> Any:
    """The answer, where no value in it still has an `...` of its stub.

    Raises `NotImplementedError` where one has, by which a stub is known. That of a function raises it by itself; the
    cell of a value runs to its end, so that whatever uses the value has to.
    """
    for value in vars(answer).values() if isinstance(answer, SimpleNamespace) else [answer]:
        inside = value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else [value]
        if any(each is ... for each in inside):
            raise NotImplementedError
    return answer


def run_value(answer: Any, inputs: Inputs) -> Any:
    """The `run` of an exercise that asks for a value: the value itself, if it was `attempted`.

    Where an exercise asks for a value among other things, its own `run` begins with `attempted(answer)`.
    """
    str(answer)  # refused by the library's own, which grading withholds
    return attempted(answer)
