"""Which known mistake an answer makes: one that does the same in everything that was seen, and no other.

A deterministic mistake is known by its records. One that draws is known by its counts: each of them has to be such as
the mistake gives itself on the same inputs.
"""

import itertools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import torch

from autograder.counting import Count
from autograder.exercise import Exercise, Inputs
from autograder.judging.advice import mistake_named
from autograder.judging.binomial import unlike
from autograder.judging.comparing import form_differences, found_in, has_entries, seen_by
from autograder.judging.counterexample import is_wrong
from autograder.judging.findings import error_in, examine
from autograder.judging.forms import form_name
from autograder.judging.generic import variants
from autograder.judging.parts import (
    TOLERANCES,
    Case,
    Compare,
    HiddenTests,
    Mistake,
    Record,
    Run,
    Sample,
    Source,
    Tried,
    Way,
    raised_wrongly,
    results,
)
from autograder.judging.sampling import counts_of, sourced
from autograder.judging.values import differences, wrong_in
from autograder.running.observe import observe, same

Redraw = Callable[[int], Sequence[Case]]
"""Further cases, others for each number."""
FEW = 6
"""Runs of a way that are looked at before all of them are."""
ROUNDS = 4
"""How often two mistakes that agree with an answer are tried on further inputs."""

About = Mapping[str, str]


def same_records(
    exercise: Exercise, hidden: HiddenTests, tried: Sequence[Tried], ask: Callable[[Inputs], Record], redraw: Redraw
) -> tuple[Mistake, About] | None:
    """The mistake whose records are the answer's, on every case and on further ones that tell mistakes apart."""
    own = own_candidates(exercise, hidden, tried, ask, redraw)
    if own:
        return own[0], {}
    runs, tolerances = telling_first(tried), tolerances_of(tried)
    shown = [run for way, each in tried if isinstance(way, Compare) for run in each if is_wrong(way, run)][:1]
    for mistake, about, answer in generic_candidates(exercise):
        # Small numbers are near the right ones whatever is done to them, nothing included.
        if all(
            goes_wrong_too(exercise, answer, run) and agrees(exercise, answer, run, tolerances) for run in shown
        ) and all(agrees(exercise, answer, run, tolerances) for run in runs):
            return mistake, about
    return None


def only_one(
    exercise: Exercise, hidden: HiddenTests, tried: Sequence[Tried], ask: Callable[[Inputs], Record], redraw: Redraw
) -> tuple[Mistake, About] | None:
    """The exercise's own mistake that does the same in some ways of judging, on further cases too, if no other does."""
    own = own_candidates(exercise, hidden, tried, ask, redraw, at_least_once=True)
    return (own[0], {}) if len(own) == 1 else None


def own_candidates(
    exercise: Exercise,
    hidden: HiddenTests,
    tried: Sequence[Tried],
    ask: Callable[[Inputs], Record],
    redraw: Redraw,
    at_least_once: bool = False,
) -> list[Mistake]:
    """The exercise's own mistakes whose records are the answer's; further cases tell them apart, or confirm one."""
    runs, tolerances = telling_first(tried), tolerances_of(tried)

    def agree(mistake: Mistake, runs: Sequence[Run]) -> bool:
        return all(agrees(exercise, mistake.answer, run, tolerances) for run in runs)

    own = [mistake for mistake in hidden.implemented if agree(mistake, runs)]
    for number in range(ROUNDS):
        if not own or (len(own) == 1 and not (at_least_once and number == 0)):
            break
        further = [Run(case, ask(case.inputs), {}) for case in redraw(number)]
        own = [each for each in own if agree(each, further)]
    return own


def telling_first(tried: Sequence[Tried]) -> list[Run]:
    """All runs; those in which the answer goes wrong come first, since a mistake that is another one is told there.

    Before a slow one comes a quick one of each way, which most mistakes do not survive.
    """
    quick = [by_whether_wrong(runs) for way, runs in tried if not is_slow(way)]
    slow_wrong, slow_right = by_whether_wrong(run for way, runs in tried if is_slow(way) for run in runs)
    wrong = [run for each, _ in quick for run in each]
    if not slow_wrong:
        return [*wrong, *(run for _, right in quick for run in right), *slow_right]
    some = [right[0] for _, right in quick if right]
    return [*wrong, *some, *slow_wrong, *(run for _, right in quick for run in right[1:]), *slow_right]


def is_slow(way: Way) -> bool:
    """Whether a run takes long."""
    return isinstance(way, Compare) and way.slow


def by_whether_wrong(runs: Iterable[Run]) -> tuple[list[Run], list[Run]]:
    """Those in which the answer does something else than the reference, and the others.

    A refusal that is called for is one, however it is worded.
    """
    found: tuple[list[Run], list[Run]] = [], []
    for run in runs:
        named = run.case.raises
        refused = named is not None and exception(run.record, named) == exception(run.right, named)
        found[refused or same(run.record, run.right)].append(run)
    return found


def tolerances_of(tried: Sequence[Tried]) -> Mapping[torch.dtype, float]:
    """How far right values may lie apart."""
    return next((way.tolerances for way, _ in tried if isinstance(way, Compare)), TOLERANCES)


def generic_candidates(exercise: Exercise) -> Iterable[tuple[Mistake, About, Any]]:
    """Wrong answers made from the reference, each with the mistake's texts."""
    for name, about, answer in variants(exercise.load_reference()):
        mistake = mistake_named(name)
        if mistake is not None:
            yield mistake, about, answer


def agrees(exercise: Exercise, answer: Any, run: Run, tolerances: Mapping[torch.dtype, float]) -> bool:
    """Whether a wrong implementation leaves the same record: value or exception, arguments, global state, modes."""
    theirs, named = observe(exercise.run, answer, run.case.inputs), run.case.raises
    if signature(theirs, named) != signature(run.record, named):
        return False
    return "raised" in run.record or not any(differences(run.record["value"], theirs["value"], tolerances))


def goes_wrong_too(exercise: Exercise, answer: Any, run: Run) -> bool:
    """Whether a wrong implementation does something else than the reference where the answer does."""
    return not same(observe(exercise.run, answer, run.case.inputs), run.right)


def signature(record: Record, named: str | None) -> tuple[Any, ...]:
    """All of a record but its value."""
    return exception(record, named), sorted(record["changed"]), record["global_random"], sorted(record["switched"])


def exception(record: Record, named: str | None) -> tuple[str, str] | None:
    """An exception's type, and its message without numbers.

    How a refusal that is called for is worded is everybody's own affair, as long as it has `named` in it.
    """
    raised = record.get("raised")
    if raised is None:
        return None
    if named is not None and raised["is_value_error"]:
        return "ValueError", "names it" if raised["message"] and named.lower() in raised["message"].lower() else ""
    return raised["type"], re.sub(r"\d+", "#", raised["message"])[:60]


def same_counts(exercise: Exercise, hidden: HiddenTests, tried: Sequence[Tried]) -> Mistake | None:
    """The one known mistake whose profile is the answer's; None where there is none, or more than one."""
    candidates = list(hidden.implemented)
    quick = [(way, runs[:FEW]) for way, runs in tried if not isinstance(way, Sample | Source) and len(runs) > 2 * FEW]
    # A few runs rule most mistakes out. What is wrong with the answer sets the others apart; counting takes longest.
    for way, runs in quick + sorted(tried, key=lambda each: (not fails(each), isinstance(each[0], Sample))):
        seen = list(profile(way, runs))
        candidates = [each for each in candidates if alike(seen, profile(way, rerun(exercise, each.answer, runs)))]
    return candidates[0] if len(candidates) == 1 else None


def fails(tried: Tried) -> bool:
    """Whether an answer is wrong in this way."""
    return examine([tried]) is not None


def rerun(exercise: Exercise, answer: Any, runs: Sequence[Run]) -> list[Run]:
    """The same cases with another answer."""
    return [Run(run.case, observe(exercise.run, answer, run.case.inputs), run.right) for run in runs]


def profile(way: Way, runs: Sequence[Run]) -> Iterator[Any]:
    """What an answer does, one thing after the other: exceptions, forms, arguments, source of randomness, counts."""
    whole = results(runs)
    yield [exception(run.record, run.case.raises) for run in runs]
    yield [error_in(run.record.get("value")) for run in runs]
    yield [forms(way, run) for run in whole]
    yield sorted({name for run in runs for name in run.record["changed"]})
    yield any(run.record["global_random"] for run in runs), sorted({n for run in runs for n in run.record["switched"]})
    if any(raised_wrongly(run) for run in runs) or any(forms(way, run) for run in whole):
        return
    if isinstance(way, Source):
        finding = sourced(whole)
        yield finding.misconception if finding else None
    elif isinstance(way, Sample):
        yield from counts_of(way, whole)
    elif isinstance(way, Compare):
        edges = sorted({edge for run in whole for edge in run.case.conditions if edge in way.edges})
        for edge in (None, *edges):
            for count in wrong_entries(way, [run for run in whole if edge is None or edge in run.case.conditions]):
                yield count.successes > 0 if edge else count
                yield count
            yield told_first(way, [run for run in whole if edge is None or edge in run.case.conditions])


def told_first(way: Compare, runs: Sequence[Run]) -> str | None:
    """The mistake that is shown by the first entry that differs anywhere, in the order in which they are told.

    What else differs may be luck, where an answer draws.
    """
    told: dict[str, str | None] = {}
    for run in runs if way.words else ():
        for each in found_in(way, run):
            if each.path and (say := way.words.get(each.path[-1])):
                told.setdefault(each.path[-1], say(each.got, each.want).misconception)
    return next((told[name] for name in way.words if name in told), None)


def forms(way: Way, run: Run) -> list[Any]:
    """What is wrong with a value's form, as the exercise tells it where it has words for that."""
    words = way.words if isinstance(way, Compare) else {}
    found = (
        (words.get(each.path[-1] if each.path else ""), each.got, each.want) for each in form_differences(way, run)
    )
    return [say(got, want).seen if say else form_name(got, want) for say, got, want in found]


def wrong_entries(way: Compare, runs: Sequence[Run]) -> list[Count]:
    """How many of the numbers that a part is about are not the right ones; of several entries, in each of them."""
    found: dict[str, tuple[int, int]] = {}
    for run in runs:
        pair = seen_by(way, run)
        calls = [*zip(*pair, strict=True)] if isinstance(pair[1], list) and has_entries(pair[1]) else [pair]
        for got, want in calls:
            for name in want if isinstance(want, dict) else [""]:
                wrong, total = wrong_in(got[name], want[name]) if name else wrong_in(got, want)
                before = found.get(name, (0, 0))
                found[name] = before[0] + wrong, before[1] + total
    return [Count(f"wrong-{name}", "of the entries are wrong", *each, 0.0) for name, each in found.items()]


def alike(left: Sequence[Any], right: Iterable[Any]) -> bool:
    """Whether two profiles of one way could be one answer's. The second is looked at no further than it has to be."""
    pairs = itertools.zip_longest(left, right)
    return all(
        one.name == other.name and not unlike(one, other)
        if isinstance(one, Count) and isinstance(other, Count)
        else one == other
        for one, other in pairs
    )
