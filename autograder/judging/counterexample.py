"""The smallest case in which an answer goes wrong, as a table that a learner can follow by hand.

Small cases are drawn by the same functions as large ones, with few rows and places and round numbers, the smallest
first. What is found is a valid input, which shrinking a large one piece by piece does not promise.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from torch import Tensor

from autograder.calls import BEFORE, CALLS, EVALUATION, KEPT, SEED
from autograder.exercise import Exercise, Inputs
from autograder.judging.binomial import deviates
from autograder.judging.comparing import form_differences, found_in, seen_by
from autograder.judging.conditions import CONDITIONS
from autograder.judging.draw import LARGE, ONE_ROW, TINY
from autograder.judging.parts import Case, Compare, Record, Refuse, Run, Sample, Tried, raised_wrongly, results
from autograder.judging.sampling import counts_of
from autograder.running.observe import GLOBAL_SEED, MODES, STRIDED, observe
from autograder.verdict import Counterexample
from autograder.wording import quoted

SMALLEST = (1, 2, 3, 4)
"""How many values a size can take, one round after the other."""
DRAWS = 6
"""Of each size."""
LONGEST_VALUE = 240
HIDDEN = frozenset({STRIDED, EVALUATION, CALLS, SEED, GLOBAL_SEED, BEFORE, KEPT, *MODES})
"""Inputs that say how an answer is run, and are none of its arguments."""
VISIBLE = frozenset({ONE_ROW, TINY, LARGE})
"""Conditions that the inputs show by themselves, as far as a small case is under them at all."""
MOST_COUNTS = 8


def smallest(
    exercise: Exercise, tried: Sequence[Tried], ask: Callable[[Inputs], Record], rng: random.Random
) -> Counterexample | None:
    """The smallest case found in which the answer is wrong, for the ways of one part."""
    for way, runs in tried:
        if isinstance(way, Sample) and len(results(runs)) == len(runs) and (table := of_counts(way, runs)):
            return table
        if isinstance(way, Refuse) and (run := next(filter(is_wrong_refusal, runs), None)):
            return of_run(exercise, run)
        if isinstance(way, Compare):
            for small in SMALLEST:
                drawn = [case for _ in range(DRAWS) for case in way.draw(exercise, rng, small)]
                for case in by_size(drawn):
                    run = tried_on(exercise, case, ask)
                    if is_wrong(way, run):
                        return of_run(exercise, about(way, run))
    return None


def by_size(cases: Sequence[Case]) -> list[Case]:
    """Those that are under the fewest conditions which have to be told, the fewest numbers first."""
    return sorted(cases, key=lambda case: (len(case.conditions & CONDITIONS.keys() - VISIBLE), numbers_in(case.inputs)))


def numbers_in(inputs: Inputs) -> int:
    """How many numbers the tensors and lists have."""
    return sum(each.numel() if isinstance(each, Tensor) else len(str(each)) for each in inputs.values())


def tried_on(exercise: Exercise, case: Case, ask: Callable[[Inputs], Record]) -> Run:
    """The run of a case."""
    return Run(case, ask(case.inputs), observe(exercise.run, exercise.load_reference(), case.inputs))


def is_wrong(way: Compare, run: Run) -> bool:
    """Whether a run goes wrong in whatever way."""
    if "raised" in run.right:
        return False
    if raised_wrongly(run) or run.record["changed"]:
        return True
    return bool(found_in(way, run))


def is_wrong_refusal(run: Run) -> bool:
    """Whether a value that had to be refused was not, or the other way round."""
    raised = run.record.get("raised")
    if run.case.raises is None:
        return raised is not None
    return raised is None or not raised["is_value_error"] or run.case.raises.lower() not in raised["message"].lower()


def about(way: Compare, run: Run) -> Run:
    """The run with what differs alone, of a result with many entries."""
    if not isinstance(run.right["value"], dict) or "value" not in run.record:
        return run
    paths = [difference.path for difference in found_in(way, run)]
    got, want = (at(paths, each) for each in seen_by(way, run))
    return replace(run, record=run.record | {"value": got}, right=run.right | {"value": want})


def at(paths: Sequence[tuple[str, ...]], value: Any) -> Any:
    """What stands in a dict, and in those in it, under some paths; `value` alone without its name.

    >>> at([("value",)], {"value": 1, "gradients": {"x": 0}}), at([("gradients", "x")], {"gradients": {"x": 0, "y": 0}})
    (1, {'gradients': {'x': 0}})
    """
    if not isinstance(value, dict) or not paths or () in paths:
        return value
    kept = {
        name: at([path[1:] for path in paths if path[0] == name], entry)
        for name, entry in value.items()
        if any(path[0] == name for path in paths)
    }
    return kept["value"] if [*kept] == ["value"] else kept


def of_run(exercise: Exercise, run: Run) -> Counterexample:
    """Given, came, should have come."""
    given = shown_inputs(exercise, run.case.inputs, "given")
    given += shown_inputs(exercise, run.case.inputs.get(BEFORE, {}), "in a call before,")
    under = sorted(each for each in run.case.conditions if each in CONDITIONS and each not in VISIBLE)
    how = [("where", " and ".join(CONDITIONS[each][1] for each in under))] if under else []
    if run.record["changed"]:
        return Counterexample(
            (
                *given,
                ("came", f"`{'`, `'.join(run.record['changed'])}` changed"),
                ("should have come", "nothing changed"),
            )
        )
    drawing = SEED in run.case.inputs
    came, due = outcome(run.record, drawing), outcome(run.right, drawing)
    return Counterexample((*given, *how, ("came", came), ("should have come", due)))


def shown_inputs(exercise: Exercise, inputs: Inputs, when: str) -> list[tuple[str, str]]:
    """The inputs of a call; those that stand for something else, such as a function, in words."""
    described: Mapping[str, Callable[[Any], str]] = getattr(exercise.run, "described", {})
    return [
        (f"{when} `{name}`", quoted(described[name](value), LONGEST_VALUE) if name in described else shown(value))
        for name, value in inputs.items()
        if name not in HIDDEN
    ]


def outcome(record: Record, drawing: bool) -> str:
    """What came of a run. An answer that draws is recorded as a list, one value a call, mostly of one."""
    raised = record.get("raised")
    value = record.get("value")
    return (
        shown(value[0] if drawing and isinstance(value, list) and len(value) == 1 else value)
        if raised is None
        else f"{quoted(raised['type'], 40)}: {quoted(raised['message'], 120)}"
    )


def shown(value: Any) -> str:
    """A value, short enough to be read."""
    return quoted(written(value), LONGEST_VALUE)


def written(value: Any) -> str:
    """A value as Python would write it, with few digits."""
    if isinstance(value, Tensor):
        return written(value.flatten()[:200].tolist() if value.numel() > 200 else value.tolist())
    if isinstance(value, dict):
        return ", ".join(f"{key}: {written(each)}" for key, each in value.items())
    if isinstance(value, list):
        return f"[{', '.join(written(each) for each in value[:50])}]"
    return f"{value + 0.0:.4g}" if isinstance(value, float) else str(value)  # no minus in front of 0


def of_counts(way: Sample, runs: Sequence[Run]) -> Counterexample | None:
    """Counts beside what was due, those that deviate first."""
    if any(form_differences(way, run) for run in runs):
        return None  # a process that a learner's code runs in can send anything
    counts = list(counts_of(way, runs))
    wrong = [count for count in counts if deviates(count)]
    if not wrong:
        return None
    plain = [count for count in counts if count.comparisons == 1 and count not in wrong]
    return Counterexample(
        tuple(
            (count.what, f"{count.successes:,} of {count.trials:,}; due {count.trials * count.probability:,.0f}")
            for count in (*wrong, *plain)[:MOST_COUNTS]
        )
    )
