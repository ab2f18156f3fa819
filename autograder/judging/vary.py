"""What a result depends on: the same case again with other contents, or without a condition."""

import random
from collections.abc import Callable, Sequence
from typing import Any

import torch

from autograder.calls import BEFORE, EVALUATION, KEPT, SEED
from autograder.exercise import Exercise, Inputs
from autograder.judging.counterexample import is_wrong, tried_on
from autograder.judging.draw import Draw
from autograder.judging.parts import AGAIN, Case, Compare, Record, Source, Tried, fork
from autograder.running.observe import STRIDED, observe, same
from autograder.running.wire import Other

TRIES = 2
"""Of each way in which a case is drawn, edges included."""

Ask = Callable[[Inputs], Record]


def pairs_of_inputs(tried: Sequence[Tried], rng: random.Random) -> list[tuple[Inputs, Inputs]]:
    """Cases drawn twice: sizes the same, contents not; and those of two kinds that happen to have the same sizes."""
    ways = [way for way, _ in tried if isinstance(way, Compare | Source)]
    drawers = [way.inputs for way in ways] + [
        each for way in ways if isinstance(way, Compare) for each in way.edges.values()
    ]
    pairs = []
    for _ in range(TRIES):
        state = rng.getrandbits(64)
        by_sizes: dict[str, Inputs] = {}
        for inputs in drawers:
            one, other = (inputs(Draw(random.Random(state), fork(rng))) for _ in range(2))
            pairs.append((one, other))
            if (unlike := by_sizes.setdefault(sizes_of(one), one)) is not one:
                pairs.append((unlike, other))
    return pairs


def sizes_of(inputs: Inputs) -> str:
    """The shapes and types of all tensors, by which inputs of different kinds are told to be of one size."""
    return repr({name: (each.shape, each.dtype) for name, each in inputs.items() if isinstance(each, torch.Tensor)})


def ignores_all(exercise: Exercise, tried: Sequence[Tried], ask: Ask, rng: random.Random) -> bool:
    """Whether the answer gives the same whatever the contents are, where the reference does not."""
    told = False
    for one, other in pairs_of_inputs(tried, rng):
        verdict = unmoved(exercise, ask, one, other)
        if verdict is False:
            return False
        told |= verdict is True
    return told


def ignored_argument(exercise: Exercise, tried: Sequence[Tried], ask: Ask, rng: random.Random) -> str | None:
    """The one argument whose content makes no difference to the answer, where it does to the reference."""
    pairs = pairs_of_inputs(tried, rng)
    if not pairs:
        return None
    ignored = []
    for name in pairs[0][0]:
        if name == SEED:
            continue
        told = False
        for one, other in pairs:
            if name in one and name in other:
                verdict = unmoved(exercise, ask, one, one | {name: other[name]})
                told |= verdict is True
                if verdict is False:
                    break
        else:
            ignored += [name] if told else []
    return ignored[0] if len(ignored) == 1 else None


def unmoved(exercise: Exercise, ask: Ask, one: Inputs, other: Inputs) -> bool | None:
    """Whether the answer gives the same for both; None where that tells nothing."""
    right = [observe(exercise.run, exercise.load_reference(), inputs) for inputs in (one, other)]
    if any("raised" in record for record in right) or same(right[0]["value"], right[1]["value"]):
        return None
    records = [ask(inputs) for inputs in (one, other)]
    if any("raised" in record or is_untold(record.get("value")) for record in records):
        return False
    return same(records[0].get("value"), records[1].get("value"))


def is_untold(value: Any) -> bool:
    """Whether of a value, or of something in it, no more is known than its type."""
    if isinstance(value, list | dict):
        return any(map(is_untold, value.values() if isinstance(value, dict) else value))
    return isinstance(value, Other)


REMOVABLE = {
    STRIDED: {STRIDED},
    EVALUATION: {EVALUATION},
    KEPT: {KEPT, BEFORE},
    AGAIN: {BEFORE, KEPT},
}
"""By condition: the inputs without which the same case is not under it."""


def needed_condition(exercise: Exercise, tried: Sequence[Tried], ask: Ask) -> str | None:
    """The condition that makes the answer wrong: it is right for all the same inputs without it."""
    wrong = [(way, run.case) for way, runs in tried if isinstance(way, Compare) for run in runs if is_wrong(way, run)]
    for condition, keys in REMOVABLE.items():
        if wrong and all(condition in case.conditions for _, case in wrong):
            bare = [(way, without(case, keys)) for way, case in wrong]
            if not any(is_wrong(way, tried_on(exercise, case, ask)) for way, case in bare):
                return condition
    return None


def without(case: Case, keys: set[str]) -> Case:
    """The case without some of its inputs."""
    return Case({name: value for name, value in case.inputs.items() if name not in keys})
