"""Values beside the right ones: what a part is about, where it differs, and how that is said."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import torch
from torch import Tensor

from autograder.judging.conditions import EXCEPT, only_where, there_alone
from autograder.judging.draw import percent
from autograder.judging.parts import TOLERANCES, Compare, Finding, Run, Sample, Way
from autograder.judging.patterns import pattern
from autograder.judging.values import Difference, differences, same_form, wrong_in
from autograder.wording import quoted


def picked(way: Compare, run: Run, value: Any) -> Any:
    """What the part is about in a value; in each of several, where a generator gave a list of them."""
    if way.of is None:
        return value
    if isinstance(value, list) and way.each_call:
        return [way.of(run.case.judged, each) for each in value]
    return way.of(run.case.judged, value)


FORMS_ALONE = dict.fromkeys(TOLERANCES, 1e30)


def seen_by(way: Way, run: Run) -> tuple[Any, Any]:
    """What a part is about in the value and in the right one; the whole of both where it cannot be picked."""
    if id(way) not in run.seen:
        run.seen[id(way)] = looked_at(way, run)
    return run.seen[id(way)]


def looked_at(way: Way, run: Run) -> tuple[Any, Any]:
    """`seen_by`, the first time. A process that a learner's code runs in can send anything, so picking may fail."""
    got, want = run.record["value"], run.right["value"]
    if not isinstance(way, Compare) or way.of is None:
        return got, want
    picked_want = picked(way, run, want)
    try:
        return picked(way, run, got), picked_want
    except Exception:
        if same_form(got, want):
            raise
        return got, want


def found_in(way: Compare, run: Run) -> list[Difference]:
    """Where a value differs from the right one."""
    return list(differences(*seen_by(way, run), way.tolerances))


def form_differences(way: Way, run: Run) -> list[Difference]:
    """Where the form of a value differs from the right one; of one with many entries, what the part is about.

    Where the part looks at entries of its own making, what they say of a value is all that is asked of its form.
    """
    if isinstance(way, Sample) and way.any_form:
        return []
    got, want = seen_by(way, run)
    if not (isinstance(run.right["value"], dict) or has_entries(want)):
        got, want = run.record["value"], run.right["value"]
    return [each for each in differences(got, want, FORMS_ALONE) if each.is_form]


def has_entries(value: Any) -> bool:
    """Whether a value is a dict, or one for each of several calls."""
    return isinstance(value, dict) or (
        isinstance(value, list) and bool(value) and all(isinstance(each, dict) for each in value)
    )


def most_telling(way: Way, run: Run, found: Sequence[Difference]) -> Difference:
    """The first difference that the exercise has words for, of whatever kind; else the first in form."""
    if not isinstance(way, Compare):
        return found[0]
    return next((each for each in found_in(way, run) if each.path and each.path[-1] in way.words), found[0])


def title(difference: Difference, titles: Mapping[str, str]) -> str:
    """What a learner calls the place of a difference, as the subject of a sentence."""
    if difference.path and difference.path[-1] in titles:
        return titles[difference.path[-1]]
    path = [each for each in difference.path if not each.isdigit()]
    if not path or path == ["value"]:
        return "What came back"
    if path[0] == "gradients":
        return f"The gradient with respect to `{quoted(path[-1], 30)}`"
    return f"`{quoted(path[-1], 30)}`"


def compared(way: Compare, runs: Sequence[Run]) -> Finding | None:
    """How the values of all runs differ from the right ones."""
    found = [(run, found_in(way, run)) for run in runs]
    wrong = [(run, each) for run, each in found if each]
    if not wrong:
        return None
    _, (first, *_) = wrong[0]
    where = only_where([each for each, _ in wrong], [each for each, differing in found if not differing])
    if first.path and (say := way.words.get(first.path[-1])):
        told: Finding = say(first.got, first.want)
        # What is drawn may be wrong by luck in some cases and not in others, which is no condition.
        return told if where is None or way.each_call else told_there(told, *where)
    seen, expected = said(way, first, len(wrong), len(runs)), "What the docstring says, for any input that it allows."
    if way.shows is not None:
        share_wrong, share_of = way.shows
        return Finding(share_wrong.format(amount_wrong(way, runs)), share_of, way.misconception)
    if where is not None:
        name, words, about = where
        return Finding(there_alone(words, seen), expected, name, about)
    if all(difference.path[:1] == ("gradients",) for _, each in wrong for difference in each):
        return Finding(seen, expected, "wrong-gradient")
    seen_pattern = pattern([(run, *whole_or_place(first.path, way, run)) for run in runs])
    if seen_pattern is not None:
        name, about, words = seen_pattern
        return Finding(words or seen, expected, name, about)
    return Finding(seen, expected)


def told_there(told: Finding, name: str, words: str, about: Mapping[str, str]) -> Finding:
    """A finding that holds under one condition alone, which says more where it is no matter of contents."""
    seen = there_alone(words, told.seen)
    if name not in EXCEPT:
        return replace(told, seen=seen)
    return Finding(seen, told.expected, name, {**told.about, **about}, told.misconception)


def whole_or_place(path: tuple[str, ...], way: Compare, run: Run) -> tuple[Any, Any]:
    """The whole of a result that is one tensor, of which a part picks entries, or a list of numbers with a point.

    Else what stands at one place of it.
    """
    got, want = run.record["value"], run.right["value"]
    if way.of is None and all_floats(got) and all_floats(want):
        return torch.tensor(got), torch.tensor(want)
    if way.of is not None and isinstance(got, Tensor) and isinstance(want, Tensor):
        return got, want
    return pair_at(path, way, run)


def all_floats(value: Any) -> bool:
    """Whether a value is a list of floats, and of nothing else."""
    return isinstance(value, list) and bool(value) and all(type(each) is float for each in value)


def pair_at(path: tuple[str, ...], way: Compare, run: Run) -> tuple[Any, Any]:
    """What came and what should have, at one place of a value; None where a run has no such place."""
    pair = list(seen_by(way, run))
    for key in path:
        for side, value in enumerate(pair):
            if isinstance(value, dict):
                pair[side] = value.get(key)
            elif isinstance(value, list) and key.isdigit() and int(key) < len(value):
                pair[side] = value[int(key)]
            else:
                pair[side] = None
    return pair[0], pair[1]


def amount_wrong(way: Compare, runs: Sequence[Run]) -> str:
    """Which share of the entries that a part is about differs from the right ones."""
    found = [wrong_in(*seen_by(way, run)) for run in runs]
    return percent(sum(wrong for wrong, _ in found), sum(total for _, total in found))


def said(way: Compare, difference: Difference, wrong: int, total: int) -> str:
    """What is seen of a difference, without the values that were expected."""
    what = title(difference, way.titles)
    got, want = difference.got, difference.want
    times = "" if wrong == total else f" in {wrong} of {total} cases"
    if isinstance(got, Tensor) and isinstance(want, Tensor) and got.numel():
        if got.is_floating_point() and not got.isfinite().all() and want.isfinite().all():
            return f"{what} had {'nan' if got.isnan().any() else 'inf'} in it{times}."
        if got.dim() == 0:
            return f"{what} was {float(got):.4g}, which is {off(float(got), float(want))}{times}."
        if got.is_floating_point():
            return f"{what} was off by up to {float((got - want).abs().max()):.2g}{times}."
        share = 100 * float((got != want).double().mean())
        return f"{what} had other values than the right ones at {share:.0f} % of the places{times}."
    if isinstance(got, int | float) and isinstance(want, int | float):
        return f"{what} was {got:.4g}, which is {off(float(got), float(want))}{times}."
    return f"{what} was not the right one{times}."


def off(got: float, want: float) -> str:
    """How far a number is from the right one, which is not told."""
    if want and f"{got / want:.3g}" == "1":
        return "almost the right one"
    if want and abs(got / want) < 1000 and abs(got / want) > 0.001:
        return f"{got / want:.3g} times the right one"
    return "not the right one"
