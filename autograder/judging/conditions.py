"""Under which one condition an answer goes wrong, where it goes wrong under that one alone."""

import re
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from autograder.calls import EVALUATION, KEPT
from autograder.judging.draw import DOUBLE, LARGE, ONE_ROW, TINY
from autograder.judging.parts import AGAIN, Run
from autograder.running.observe import STRIDED

CONDITIONS = {
    STRIDED: ("needs-contiguous", "the elements do not follow one another in memory"),
    DOUBLE: ("needs-float32", "the numbers have 64 bits"),
    ONE_ROW: ("batch-of-one", "the batch has a single row"),
    TINY: ("only-large-sizes", "every size is the smallest that is allowed"),
    LARGE: ("only-small-sizes", "sizes are large"),
    AGAIN: ("remembers", "another call came before"),
    KEPT: ("reuses-result", "another call came after"),
    EVALUATION: ("needs-gradient", "no gradients are recorded"),
}
"""By condition: the mistake of an answer that is wrong under it alone, and what to read after "where"."""

EXCEPT = frozenset(name for name, _ in CONDITIONS.values())
"""Mistakes that say where alone an answer is wrong."""
ONLY_THERE = ", and only there: "
"""Between where an answer is wrong and what was seen."""


def only_where(wrong: Sequence[Run], right: Sequence[Run]) -> tuple[str, str, Mapping[str, str]] | None:
    """The one condition that all wrong runs and no right one are under.

    Returns a mistake's name, words to be read after "where", and what its texts speak of.
    """
    if not right or not wrong:
        return None
    for special in (lambda run: run.case.conditions, special_contents):
        shared = frozenset.intersection(*map(special, wrong))
        telling = shared - frozenset[str]().union(*map(special, right))
        if len(telling) != 1:
            continue
        (condition,) = telling
        name, words = named_so(condition)
        return name, words, {"where": words}
    worked, failed = ({dimensions(run) for run in runs} for runs in (right, wrong))
    if not worked & failed and len(right) > 1:
        told = {name: " or ".join(map(str, sorted(dims))) for name, dims in (("right", worked), ("wrong", failed))}
        return "needs-dimensions", f"the first tensor has {told['wrong']} dimensions", told
    return None


def there_alone(words: str, seen: str) -> str:
    """What is seen under one condition alone, given the words for it."""
    return f"Where {words}{ONLY_THERE}{seen[0].lower()}{seen[1:]}"


def named_so(condition: str) -> tuple[str, str]:
    """The mistake of an answer that is wrong under a condition alone, and what to read after "where"."""
    return CONDITIONS.get(condition, (f"only-where-{kebab(condition)}", condition))


def under(run: Run, words: str) -> bool:
    """Whether a run is under the condition of which these are the words."""
    return words in {named_so(condition)[1] for condition in run.case.conditions | special_contents(run)}


def special_contents(run: Run) -> frozenset[str]:
    """What is special about the masks and labels of a case."""
    found = set[str]()
    for name, value in run.case.judged.items():
        if not isinstance(value, Tensor) or not value.numel() or value.is_floating_point():
            continue
        there = value if value.dtype == torch.bool else value >= 0
        what = "True" if value.dtype == torch.bool else "a label"
        if not there.any():
            found.add(f"`{name}` is nowhere {what}" if what == "True" else f"`{name}` has no label")
        elif there.all() and what == "True":
            found.add(f"`{name}` is True everywhere")
    return frozenset(found)


def kebab(words: str) -> str:
    """Words as part of a name: `a-selected-token-is-0`."""
    return "-".join(re.findall(r"[a-z0-9]+", words.lower()))


def dimensions(run: Run) -> int:
    """How many dimensions the first tensor of a case has."""
    return next((value.dim() for value in run.case.inputs.values() if isinstance(value, torch.Tensor)), 0)
