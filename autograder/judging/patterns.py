"""Patterns in how values differ from the right ones: a factor, an offset, one value in the place of another, places.

Each is a statement about all that was seen, so it is true whatever the code does.
"""

import itertools
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor

from autograder.exercise import Inputs
from autograder.judging.parts import Run
from autograder.judging.values import figure

Pattern = tuple[str, Mapping[str, str], str]
"""A mistake's name, what it is about, and what was seen, empty where that is nothing of its own."""

CONSTANTS = {
    "2": 2.0,
    "1/2": 0.5,
    "ln 2": math.log(2),
    "1/ln 2, as with logarithms to base 2": 1 / math.log(2),
    "1/ln 10, as with logarithms to base 10": 1 / math.log(10),
    "ln 10": math.log(10),
}
CLOSE = 1e-4
LEAST_PLACES = 3
"""Wrong places that a statement about places needs."""


def pattern(places_of_runs: Sequence[tuple[Run, Any, Any]]) -> Pattern | None:
    """The first pattern that holds in all runs, if any: each with what came at one place and what should have."""
    numbers = []
    for run, *pair in places_of_runs:
        got, want = (number(each) if isinstance(each, int | float) else each for each in pair)
        if not isinstance(got, Tensor) or not isinstance(want, Tensor) or got.shape != want.shape:
            return None
        numbers.append((run, got, want))
    floats = all(got.is_floating_point() for _, got, _ in numbers)
    kinds: list[Callable[[Sequence[tuple[Run, Tensor, Tensor]]], Pattern | None]] = [places, fill, copied, moved]
    kinds = [not_finite, factor, offset, places, shares, *kinds[1:]] if floats else [*kinds, one_sided]
    return next((found for each in kinds if (found := each(numbers)) is not None), None)


def number(value: float) -> Tensor:
    """A tensor of a plain number, with all its digits, as far as 64 bits have them."""
    return torch.tensor(float(value), dtype=torch.float64)


def not_finite(numbers: Sequence[tuple[Run, Tensor, Tensor]]) -> Pattern | None:
    """Whether nan or inf stands wherever the result is wrong."""
    wrong = [different(got, want) for _, got, want in numbers]
    found = torch.cat([got[there] for (_, got, _), there in zip(numbers, wrong, strict=True)])
    return ("not-finite", {}, "") if len(found) and not found.isfinite().any() else None


def shares(numbers: Sequence[tuple[Run, Tensor, Tensor]]) -> Pattern | None:
    """Whether the right values are shares of 1, and what the others add up to."""
    rows = [(got.sum(dim=-1), want.sum(dim=-1)) for _, got, want in numbers if want.dim()]
    right = torch.cat([want.flatten() for _, want in rows]) if len(rows) == len(numbers) else torch.zeros(1)
    wide = any(want.shape[-1] > 1 for _, _, want in numbers if want.dim())
    shared = torch.isclose(right, torch.ones_like(right), atol=1e-4)
    if not wide or not shared.any() or not (shared | (right == 0)).all():
        return None
    if any(bool((want < 0).any()) for _, _, want in numbers):
        return None
    if not any(bool(different(got, want).any()) for _, got, want in numbers):
        return None  # a difference in precision alone
    if any(bool(different(*each).any()) for each in rows):
        return "adds-up-to-something-else", {}, "Rows that should add up to 1, or to 0, add up to something else."
    return "shared-out-otherwise", {}, "Rows add up to what they should, and are shared out otherwise."


def factor(numbers: Sequence[tuple[Run, Tensor, Tensor]]) -> Pattern | None:
    """Whether every value is so many times the right one, and how that number comes about."""
    ratios: list[float | None] = []
    for _, got, want in numbers:
        telling = want.abs() > 1e-6
        if not telling.any():
            if (got.abs() > 1e-6).any():
                return None
            ratios.append(None)
            continue
        each = (got[telling] / want[telling]).double()
        if not each.isfinite().all() or float(each.max() - each.min()) > CLOSE * float(each.abs().max()):
            return None
        ratios.append(float(each.mean()))
    known = [(run, ratio) for (run, _, _), ratio in zip(numbers, ratios, strict=True) if ratio is not None]
    if len(known) < 3 or all(abs(ratio - 1) < CLOSE for _, ratio in known):
        return None
    described = describe_factor(known)
    if described is None:
        return None
    if described == "-1":
        return "negated", {}, ""
    return "scaled", {"factor": described}, ""


def describe_factor(known: Sequence[tuple[Run, float]]) -> str | None:
    """What gives the factor of every run, in words."""
    first = known[0][1]
    if all(close(ratio, first) for _, ratio in known):
        named = next((words for words, value in CONSTANTS.items() if close(value, first)), None)
        return named or ("-1" if close(first, -1) else figure(first))
    sizes = [quantities(run.case.judged) for run, _ in known]
    for name in sizes[0]:
        values = [each.get(name, 0) for each in sizes]
        for form, value_of in FORMS:
            if all(value and close(ratio, value_of(value)) for value, (_, ratio) in zip(values, known, strict=True)):
                return form.format(name)
    for name, other in itertools.permutations(sizes[0], 2):
        pairs = [(each.get(name, 0), each.get(other, 0)) for each in sizes]
        if all(one and two and close(ratio, one / two) for (one, two), (_, ratio) in zip(pairs, known, strict=True)):
            return f"({name}) / ({other})"
    return None


FORMS: tuple[tuple[str, Callable[[float], float]], ...] = (
    ("{}", float),
    ("1/({})", lambda value: 1 / value),
    ("the root of {}", math.sqrt),
    ("1/root of ({})", lambda value: 1 / math.sqrt(value)),
    ("n/(n + 1), n being the {},", lambda value: value / (value + 1)),
    ("n/(n - 1), n being the {},", lambda value: value / (value - 1) if value > 1 else math.nan),
    ("1/(n + 1), n being the {},", lambda value: 1 / (value + 1)),
)
"""How a factor can come about from one number, in words and as a function."""


def close(one: float, other: float) -> bool:
    """Whether two numbers are the same but for rounding."""
    return abs(one - other) <= CLOSE * max(abs(one), abs(other))


def quantities(inputs: Inputs) -> dict[str, float]:
    """Numbers that code may divide by or multiply with: sizes, and counts of entries."""
    found: dict[str, float] = {}
    for name, value in inputs.items():
        if not isinstance(value, Tensor):
            continue
        for place in range(1, value.dim() + 1):
            found[f"size of `{name}` along dimension -{place}"] = value.shape[-place]
        if value.dim():
            found[f"number of rows of `{name}`"] = value.shape[0]
        found[f"number of entries of `{name}`"] = value.numel()
        if value.dtype == torch.bool:
            found[f"number of True in `{name}`"] = int(value.sum())
        elif not value.is_floating_point():
            found[f"number of entries of `{name}` that are not negative"] = int((value >= 0).sum())
    return found


def offset(numbers: Sequence[tuple[Run, Tensor, Tensor]]) -> Pattern | None:
    """Whether every value differs from the right one by the same number."""
    amounts = torch.cat([(got - want).double().flatten() for _, got, want in numbers])
    if not len(amounts) or not amounts.isfinite().all():
        return None
    if float(amounts.max() - amounts.min()) > CLOSE * float(amounts.abs().max()) or float(amounts.abs().max()) < CLOSE:
        return None
    return "offset", {"amount": figure(float(amounts.mean()))}, ""


def fill(numbers: Sequence[tuple[Run, Tensor, Tensor]]) -> Pattern | None:
    """Whether one value stands wherever the result is wrong."""
    wrong = [different(got, want) for _, got, want in numbers]
    got = torch.cat([each[there] for (_, each, _), there in zip(numbers, wrong, strict=True)]).double()
    want = torch.cat([each[there] for (_, _, each), there in zip(numbers, wrong, strict=True)]).double()
    if len(got) < LEAST_PLACES or numbers[0][1].dtype == torch.bool or not (got == got[0]).all():
        return None
    whole = not numbers[0][1].is_floating_point()
    shown = figure(int(got[0]) if whole else float(got[0]))
    one = bool((want == want[0]).all())
    wanted = figure(int(want[0]) if whole else float(want[0])) if one else "something else"
    return "another-value-there", {"got": shown, "want": wanted}, f"Wherever the result is wrong, it holds {shown}."


def copied(numbers: Sequence[tuple[Run, Tensor, Tensor]]) -> Pattern | None:
    """Whether wherever the result is wrong it holds what one input has in these places."""
    wrong = [different(got, want) for _, got, want in numbers]
    if sum(int(each.sum()) for each in wrong) < LEAST_PLACES:
        return None
    for name in numbers[0][0].case.judged:
        sources = [run.case.judged.get(name) for run, _, _ in numbers]
        if all(
            isinstance(source, Tensor) and source.shape == got.shape and torch.equal(source[there].to(got), got[there])
            for source, (_, got, _), there in zip(sources, numbers, wrong, strict=True)
        ):
            about = {"argument": f"`{name}`"}
            return "argument-there", about, f"Wherever the result is wrong, it holds `{name}` as it stands."
    return None


def moved(numbers: Sequence[tuple[Run, Tensor, Tensor]]) -> Pattern | None:
    """Whether all values are there, in other places."""
    if all(torch.equal(got, want) for _, got, want in numbers):
        return None  # a difference that 64 bits do not show
    if all(torch.equal(got.flatten().sort().values, want.flatten().sort().values) for _, got, want in numbers):
        return "other-places", {}, "The values were the right ones, in other places."
    return None


def one_sided(numbers: Sequence[tuple[Run, Tensor, Tensor]]) -> Pattern | None:
    """Whether a mask errs to one side alone: True where False belongs, or the other way round."""
    if any(got.dtype != torch.bool or want.dtype != torch.bool for _, got, want in numbers):
        return None
    more = sum(int((got & ~want).sum()) for _, got, want in numbers)
    less = sum(int((want & ~got).sum()) for _, got, want in numbers)
    if min(more, less) > 0 or max(more, less) < LEAST_PLACES:
        return None
    if more:
        return "true-too-often", {}, "Some places were True that should be False, and none was the other way round."
    return "true-too-rarely", {}, "Some places were False that should be True, and none was the other way round."


def different(got: Tensor, want: Tensor) -> Tensor:
    """Where two tensors differ by more than rounding."""
    if got.is_floating_point():
        return ~torch.isclose(got, want, rtol=1e-4, atol=1e-5, equal_nan=True)
    return got != want


def places(numbers: Sequence[tuple[Run, Tensor, Tensor]]) -> Pattern | None:
    """Whether the result is wrong in certain places, in all of these and in no other."""
    wrong = [different(got, want) for _, got, want in numbers]
    if sum(int(each.sum()) for each in wrong) < LEAST_PLACES or all(bool(each.all()) for each in wrong):
        return None
    if any(each.dim() == 0 for each in wrong):
        return None
    common = dict(statements(numbers[0][0].case.judged, wrong[0].shape))
    for words in common:
        fits = True
        for (run, _, _), there in zip(numbers, wrong, strict=True):
            stated = dict(statements(run.case.judged, there.shape)).get(words)
            if stated is None or not torch.equal(stated.expand(there.shape), there):
                fits = False
                break
        if fits:
            return "wrong-in-places", {"where": words}, f"The result was wrong {words}, and right in all other places."
    return None


def statements(inputs: Inputs, shape: torch.Size) -> Iterator[tuple[str, Tensor]]:
    """Statements about a place, each with where it holds: the edges of the result, and what the inputs have there."""
    singles: list[tuple[str, Tensor]] = []
    for dim in range(1, len(shape) + 1):
        index = torch.arange(shape[-dim]).reshape([-1] + [1] * (dim - 1))
        kind = "place" if len(shape) == 1 else {1: "column", 2: "row"}.get(dim, "block")
        singles += [(f"in the first {kind}", index == 0), (f"in the last {kind}", index == shape[-dim] - 1)]
    for name, value in inputs.items():
        if not isinstance(value, Tensor) or value.shape != shape:
            continue
        if value.dtype == torch.bool:
            singles += [(f"where `{name}` is True", value), (f"where `{name}` is False", ~value)]
        elif not value.is_floating_point():
            singles += [(f"where `{name}` is 0", value == 0), (f"where `{name}` is the largest", value == value.max())]
        if value.dtype == torch.bool and len(shape) > 1:
            empty, full = ~value.any(dim=-1, keepdim=True), value.all(dim=-1, keepdim=True)
            singles += [
                (f"in rows where `{name}` is nowhere True", empty),
                (f"in rows where `{name}` is True throughout", full),
            ]
    yield from ((words, there.expand(shape)) for words, there in singles)
    for place, (words, there) in enumerate(singles):
        for more, also in singles[place + 1 :]:
            yield f"{words} and {more}", (there & also).expand(shape)
