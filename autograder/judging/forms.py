"""Results of another kind, type or shape than the right ones, and what a form shows by itself."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from torch import Tensor

from autograder.judging.advice import DETACHED, RETURNS_NOTHING, WRONG_DTYPE
from autograder.judging.comparing import (
    form_differences,
    most_telling,
    title,
)
from autograder.judging.conditions import only_where, there_alone
from autograder.judging.parts import (
    Compare,
    Finding,
    Tried,
    Way,
    results,
)
from autograder.judging.values import Difference, dtype_of, kind_of


def under_condition(finding: Finding, name: str, words: str, about: Mapping[str, str]) -> Finding:
    """A finding that holds under one condition alone. What is missing or too much keeps its name there."""
    kept = finding.misconception in ("squeezed", "added-dimension", DETACHED)
    return Finding(
        there_alone(words, finding.seen),
        finding.expected,
        finding.misconception if kept else name,
        {**finding.about, **about},
        finding.misconception,
    )


def wrong_form(tried: Sequence[Tried]) -> Finding | None:
    """Another kind of value, type or shape than the reference gives."""
    for way, runs in tried:
        runs = results(runs)
        wrong = [(run, each) for run in runs if (each := form_differences(way, run))]
        if wrong:
            finding = form_finding([most_telling(way, *each) for each in wrong], way)
            where = only_where([run for run, _ in wrong], [run for run in runs if not form_differences(way, run)])
            return finding if where is None else under_condition(finding, *where)
    return None


def form_finding(found: Sequence[Difference], way: Way) -> Finding:
    """What a difference in form is called, given one from each run in which there is one."""
    difference = found[0]
    got, want = difference.got, difference.want
    if isinstance(way, Compare) and (say := way.words.get(difference.path[-1] if difference.path else "")):
        return say(got, want)
    what = title(difference, way.titles if isinstance(way, Compare) else {})
    if "gradients" in difference.path and isinstance(want, Tensor) and got is None:
        return Finding(
            f"{what} is missing: the result does not depend on it, as far as torch knows.",
            "A result that can be differentiated.",
            DETACHED,
        )
    name, about = form_name(got, want)
    shapes = [
        (tuple(each.got.shape), tuple(each.want.shape))
        for each in found
        if isinstance(each.got, Tensor) and isinstance(each.want, Tensor) and each.got.shape != each.want.shape
    ]
    if len(shapes) == len(found):
        name = shape_name(shapes)
    return Finding(f"{what} was {kind_of(got)}.", f"{kind_of(want)[0].upper()}{kind_of(want)[1:]}.", name, about)


def form_name(got: Any, want: Any) -> tuple[str, dict[str, str]]:
    """The mistake that a form shows by itself."""
    if got is None:
        return RETURNS_NOTHING, {}
    if isinstance(want, Tensor) and not isinstance(got, Tensor):
        is_number = isinstance(got, int | float)
        return "number-for-tensor" if is_number else "list-for-tensor" if isinstance(got, list) else "wrong-type", {}
    if not isinstance(want, Tensor):
        return "tensor-for-number" if isinstance(got, Tensor) and isinstance(want, int | float) else "wrong-type", {}
    if got.shape != want.shape:
        return shape_name([(tuple(got.shape), tuple(want.shape))]), {}
    return WRONG_DTYPE, {"got": dtype_of(got), "want": dtype_of(want)}


Shape = tuple[int, ...]

SHAPES: tuple[tuple[str, Callable[[Shape, Shape], bool]], ...] = (
    ("shape-one", lambda got, want: want == () and got == (1,)),
    ("first-row-only", lambda got, want: len(want) > 1 and got in (want[1:], (1, *want[1:])) and want[0] > 1),
    ("rows-flattened", lambda got, want: len(want) > 0 and got == (math.prod(want[:-1]), want[-1])),
    ("squeezed", lambda got, want: without_ones(got) == without_ones(want) and len(got) < len(want)),
    ("added-dimension", lambda got, want: without_ones(got) == without_ones(want) and len(got) > len(want)),
    ("not-reduced", lambda got, want: want == () and len(got) > 0),
    ("fully-reduced", lambda got, want: got == () and len(want) > 0),
    ("last-dimension-missing", lambda got, want: got == want[:-1]),
    ("flattened", lambda got, want: len(got) == 1 and len(want) > 1),
    ("transposed", lambda got, want: sorted(got) == sorted(want) and len(want) > 1),
)
"""What a shape shows, given the one that is right."""


def without_ones(shape: Shape) -> Shape:
    """The dimensions that are larger than 1."""
    return tuple(size for size in shape if size != 1)


def shape_name(shapes: Sequence[tuple[Shape, Shape]]) -> str:
    """What all the shapes show that came in the place of the right ones."""
    return next((name for name, shows in SHAPES if all(shows(*each) for each in shapes)), "wrong-shape")
