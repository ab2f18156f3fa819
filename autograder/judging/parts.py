"""What hidden tests are made of: cases, the three ways to judge them, and mistakes that are known.

Most parts of most exercises say: do what the reference does (`Compare`). Some say: refuse a bad value (`Refuse`). An
answer that draws at random is counted (`Sample`).
"""

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import torch

from autograder.calls import BEFORE, CALLS, EVALUATION, KEPT, SEED
from autograder.counting import Count
from autograder.exercise import Exercise, Inputs, Runner
from autograder.judging.draw import DOUBLE, LARGE, ONE_ROW, TINY, Draw
from autograder.modules import Built
from autograder.running.observe import GLOBAL_SEED, STRIDED

Record = dict[str, Any]
"""What `observe` wrote down about one run."""

AGAIN = "again"
"""Condition beside those of a draw, `STRIDED`, `EVALUATION` and `KEPT`: another call comes before."""
EXCLUDED = ((TINY, LARGE), (KEPT, AGAIN))
"""Of two conditions that cannot both be met, the one that is, and the one that goes."""
TOLERANCES = {torch.float32: 2e-5, torch.float64: 1e-9, torch.float16: 1e-2, torch.bfloat16: 2e-2}
"""How far right values may lie apart, absolute and relative, by rounding alone."""


@dataclass(frozen=True)
class Finding:
    """Something that is wrong with an answer."""

    seen: str
    expected: str
    misconception: str | None = None
    """Name of the mistake that what was seen shows by itself."""
    about: Mapping[str, str] = field(default_factory=dict)
    """What the texts of that mistake speak of, such as which argument."""
    elsewhere: str | None = None
    """Where the mistake says under which condition alone an answer is wrong: what was seen shows this one besides."""


def saying(seen: str, expected: str, name: str) -> Callable[[Any, Any], Finding]:
    """What to say of a difference: the same whatever came."""
    return lambda got, want: Finding(seen, expected, name)


@dataclass(frozen=True, eq=False)
class Case:
    """One input to try an answer on."""

    inputs: Inputs
    conditions: frozenset[str] = frozenset()
    """Under which it is tried, edges included; an answer may be wrong under one of them alone."""
    raises: str | None = None
    """Where a ValueError is called for: text that its message has to contain, in any case (may be empty)."""
    what: str = ""
    """What a learner reads of the bad input, such as "a file that is empty", where its value says little."""
    unless: str | None = None
    """Name of the known mistake of an answer that does not raise."""
    number: int = 0
    """Which draw of its part it is."""

    @property
    def judged(self) -> Inputs:
        """The inputs of the call whose result is looked at."""
        return self.inputs | self.inputs[BEFORE] if self.inputs.get(KEPT) else self.inputs


@dataclass(frozen=True, eq=False)
class Run:
    """One case, with what the answer under judgement and the reference did."""

    case: Case
    record: Record
    right: Record
    seen: dict[int, tuple[Any, Any]] = field(default_factory=dict, init=False, repr=False)
    """What a way of judging sees of the value and of the right one, by its `id`: long lists take their time."""


@dataclass(frozen=True)
class Compare:
    """The answer has to give what the reference gives, on inputs that tell apart, under every condition."""

    inputs: Callable[[Draw], Inputs]
    """Draws one case."""
    edges: Mapping[str, Callable[[Draw], Inputs]] = field(default_factory=dict)
    """Special inputs, by what is special, to be read after "where": "nothing is selected"."""
    of: Callable[[Inputs, Any], Any] | None = None
    """Picks from a value what this part is about, where it is not about all of it."""
    cases: int = 3
    """Draws under drawn conditions, beside one under none and one under each alone."""
    tolerances: Mapping[torch.dtype, float] = field(default_factory=lambda: TOLERANCES)
    titles: Mapping[str, str] = field(default_factory=dict)
    """What a learner calls the entries of a value that is a dict."""
    conditions: tuple[str, ...] | None = None
    """Under which it is tried; those that the inputs allow if None."""
    each_call: bool = False
    """Whether a value is a list of what several calls gave, and `of` picks from each."""
    shows: tuple[str, str] | None = None
    """What to say of any difference, with {} for the share of wrong entries, and what is expected."""
    misconception: str | None = None
    """Name of the mistake that any difference shows by itself."""
    words: Mapping[str, Callable[[Any, Any], Finding]] = field(default_factory=dict)
    """What to say of a difference in an entry of a value that is a dict, given what came and what should have."""
    slow: bool = False
    """Whether a run takes so long that known mistakes are told apart by others first."""

    def draw(self, exercise: Exercise, rng: random.Random, small: int = 0) -> list[Case]:
        """The cases: plain, under each condition alone, under several, at each edge."""
        possible = self.conditions if self.conditions is not None else allowed(exercise, self.inputs, rng)
        plans: list[tuple[Callable[[Draw], Inputs], str, tuple[str, ...]]] = [
            (self.inputs, "", each) for each in ((), *((condition,) for condition in possible))
        ]
        plans += [(self.inputs, "", some_of(possible, 0.4, rng)) for _ in range(self.cases)]
        for edge, inputs in self.edges.items():
            plans += [(inputs, edge, each) for each in dict.fromkeys(((), some_of(possible, 0.3, rng)))]
        return [
            case
            for inputs, edge, conditions in plans
            for case in drawn_under(frozenset(conditions), edge, inputs, exercise.run, rng, small)
        ]


def some_of(conditions: Sequence[str], share: float, rng: random.Random) -> tuple[str, ...]:
    """Each of them by chance."""
    return tuple(each for each in conditions if rng.random() < share)


def drawn_under(
    conditions: frozenset[str],
    edge: str,
    inputs: Callable[[Draw], Inputs],
    run: Runner,
    rng: random.Random,
    small: int,
) -> list[Case]:
    """One case; where another call comes before and nothing else is special, one for each way in which it differs."""
    for one, other in EXCLUDED:
        conditions -= {other} if one in conditions else set()
    sizes = rng.getrandbits(64)
    draw = Draw(random.Random(sizes), fork(rng), conditions, small)
    drawn = inputs(draw)
    added = {each: True for each in (STRIDED, EVALUATION) if each in conditions}
    double = any(each.dtype == torch.float64 for each in drawn.values() if isinstance(each, torch.Tensor))
    came_out = ((ONE_ROW, draw.one_row), (STRIDED, drawn.get(STRIDED)), (DOUBLE, double))
    drawn_so = {each for each, holds in came_out if holds}
    named = conditions | ({edge} if edge else set()) | drawn_so
    if not {AGAIN, KEPT} & conditions:
        return [Case(drawn | added, named)]
    twin = inputs(Draw(random.Random(sizes), fork(rng), conditions, small))
    elsewhere = inputs(Draw(fork(rng), fork(rng), conditions, small))
    resized = half_of(twin) if isinstance(run, Built) else elsewhere  # a module takes vectors of one size
    before = earlier(drawn, twin, resized, getattr(run, "arguments", ()))
    if KEPT in conditions:
        # All other contents: the same call would leave the same behind.
        before = [{name: twin[name] for name in with_contents(drawn)} or before[-1]]
    elif edge or conditions != {AGAIN}:
        before = [rng.choice(before)]
    return [Case(drawn | added | {KEPT: KEPT in conditions, BEFORE: each}, named) for each in before]


def earlier(inputs: Inputs, twin: Inputs, other: Inputs, arguments: Sequence[str]) -> list[Inputs]:
    """What an earlier call may get: other contents in one argument, in all, in none; another order; other sizes.

    Args:
        inputs: those of the call that comes after.
        twin: inputs of the same sizes, with other contents.
        other: inputs of other sizes.
        arguments: names of what is passed, as far as they are known.
    """
    several = with_contents(inputs)
    turned = {name: turned_round(inputs[name]) for name in several}
    single = [{name: values[name]} for values in (twin, turned) for name in several if name in arguments]
    whole = [{name: twin[name] for name in several}, {}, turned] if several else [{}]
    return [*single, *whole, *([{name: other[name] for name in arguments}] if arguments else [])]


def half_of(inputs: Inputs) -> Inputs:
    """The first half of the rows of each tensor, one at least; what is none stays."""
    return {
        name: value[: max(1, len(value) // 2)] if isinstance(value, torch.Tensor) and value.dim() else value
        for name, value in inputs.items()
    }


def with_contents(inputs: Inputs) -> list[str]:
    """The names of those inputs that consist of others: tensors with dimensions, lists."""
    return [
        name
        for name, value in inputs.items()
        if (isinstance(value, torch.Tensor) and value.dim()) or (isinstance(value, list) and value)
    ]


def turned_round(value: Any) -> Any:
    """The same in the opposite order: rows, or places where there is one row; items of a list."""
    if isinstance(value, torch.Tensor):
        return value.flip(0) if value.shape[0] > 1 else value.flip(-1)
    return value[::-1]


@dataclass(frozen=True)
class Refuse:
    """The answer has to raise a ValueError that names the bad value, and must not for values beside it."""

    cases: Callable[[Draw], Sequence[Case]]
    unchecked: str | None = None
    """Name of the known mistake of an answer that has no check at all; that of the first bad value taken if None."""

    def draw(self, exercise: Exercise, rng: random.Random, small: int = 0) -> list[Case]:
        """The cases."""
        return list(self.cases(Draw(fork(rng), fork(rng), small=small)))


@dataclass(frozen=True)
class Sample:
    """The answer draws at random, and what it draws is counted over many positions and calls."""

    inputs: Callable[[Draw], Sequence[Inputs]]
    counts: Callable[[Sequence[Inputs], Sequence[Any]], Iterable[Count]]
    """From the inputs and the values, which have the right form, to the counts, always of the same names.

    What sets mistakes apart most, such as rates, comes first: counts are made as they are asked for.
    """
    any_form: bool = False
    """Whether `counts` takes values of any form and counts what is none: that is faster where values are long lists."""

    def draw(self, exercise: Exercise, rng: random.Random, small: int = 0) -> list[Case]:
        """The cases; they are what they are, also for a counterexample, which shows counts."""
        return [Case(inputs, number=place) for place, inputs in enumerate(self.inputs(Draw(fork(rng), fork(rng))))]


@dataclass(frozen=True)
class Source:
    """All randomness has to come from the generator, the whole of it, and two calls in a row are two draws."""

    inputs: Callable[[Draw], Inputs]
    """A batch so large that two draws never agree."""

    def draw(self, exercise: Exercise, rng: random.Random, small: int = 0) -> list[Case]:
        """The same twice under another global state, and once with another seed; two calls each."""
        inputs = self.inputs(Draw(fork(rng), fork(rng))) | {CALLS: 2}
        other = {SEED: inputs[SEED] + 1, STRIDED: True}
        return [Case(inputs | {GLOBAL_SEED: 1}), Case(inputs | {GLOBAL_SEED: 2}), Case(inputs | other)]


Way = Compare | Refuse | Sample | Source
PartTests = tuple[Way, ...]
"""How one part of an exercise is tried and judged."""


def fork(rng: random.Random) -> random.Random:
    """Another source, so that what is drawn from it does not move this one."""
    return random.Random(rng.getrandbits(64))


def allowed(exercise: Exercise, inputs: Callable[[Draw], Inputs], rng: random.Random) -> tuple[str, ...]:
    """The conditions that make a difference to such inputs."""
    drawn = inputs(Draw(fork(rng), fork(rng)))
    tensors = [each for each in drawn.values() if isinstance(each, torch.Tensor)]
    sized = bool(tensors) or any(isinstance(each, list) for each in drawn.values())
    run = exercise.run
    return tuple(
        condition
        for condition, makes_sense in (
            (STRIDED, bool(tensors)),
            (DOUBLE, any(each.is_floating_point() for each in tensors)),
            (ONE_ROW, bool(tensors)),
            (TINY, sized),
            (LARGE, sized),
            (AGAIN, True),
            (KEPT, True),
            (EVALUATION, bool(getattr(run, "gradients", ()))),
        )
        if makes_sense
    )


@dataclass(frozen=True)
class Mistake:
    """A wrong implementation that people write, with what to tell them."""

    name: str
    """Stable, short, in the form `like-this`."""
    likely: str
    """One sentence: the idea that is mistaken."""
    look_at: str
    """One sentence: where to look next. Never the solution."""
    answer: Any = None
    """The wrong implementation itself; None for a mistake that is known by what was seen."""


class Mistakes:
    """Collects wrong implementations: `@mistakes("The idea.", "Where to look.")` above one, named like the mistake."""

    def __init__(self) -> None:
        self._known: list[Mistake] = []

    def __call__(self, likely: str, look_at: str) -> Callable[[Any], Any]:
        """A decorator that leaves the implementation as it is."""

        def register(answer: Any) -> Any:
            self.add(named(answer.__name__), likely, look_at, answer)
            return answer

        return register

    def add(self, name: str, likely: str, look_at: str, answer: Any) -> None:
        """One that is made by calling something, and so has no `def` to decorate."""
        self._known.append(Mistake(name, likely, look_at, answer))

    @property
    def all(self) -> tuple[Mistake, ...]:
        """In the order in which they were written."""
        return tuple(self._known)


def named(identifier: str) -> str:
    """`tanh-gelu` of `TanhGELU`, `ignore-zero` of `ignore_zero`."""
    words = ""
    for place, letter in enumerate(identifier):
        begins = letter.isupper() and place and (not identifier[place - 1].isupper())
        words += f"-{letter}" if begins else letter
    return words.replace("_", "-").replace(" ", "-").strip("-").lower()


@dataclass(frozen=True)
class HiddenTests:
    """The half of an exercise that no learner's process ever sees."""

    parts: Mapping[str, PartTests]
    """By the names of the exercise's parts."""
    mistakes: tuple[Mistake, ...]
    otherwise: Mapping[str, str] = field(default_factory=dict)
    """By part: the mistake of an answer that is wrong there in a way that shows nothing more; true of all that are."""
    few_mistakes_because: str | None = None
    """Why there are fewer than six known mistakes, where there are."""

    @property
    def implemented(self) -> tuple[Mistake, ...]:
        """Those mistakes that are there as code; the others are known by what was seen."""
        return tuple(mistake for mistake in self.mistakes if mistake.answer is not None)

    def mistake(self, name: str | None) -> Mistake | None:
        """The known mistake of that name."""
        return next((mistake for mistake in self.mistakes if mistake.name == name), None)


Tried = tuple[Way, Sequence[Run]]
"""One way to judge, with the runs of its cases."""


def results(runs: Sequence[Run]) -> list[Run]:
    """The runs that should give a result, and do."""
    return [run for run in runs if run.case.raises is None and "value" in run.record]


def raised_wrongly(run: Run) -> bool:
    """Whether a run ended in an exception where it should not."""
    return run.case.raises is None and run.record.get("raised") is not None
