"""What is wrong with an answer's records, in the order in which it should be told: facts alone, no guesses."""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from autograder.calls import BEFORE, Call
from autograder.exercise import Exercise
from autograder.judging.advice import CHANGES_ARGUMENT, GLOBAL_RANDOM, LEFT_SWITCHED, VALUE_NOT_NAMED, WRONG_EXCEPTION
from autograder.judging.comparing import compared
from autograder.judging.conditions import only_where, there_alone
from autograder.judging.crashes import crash
from autograder.judging.forms import wrong_form
from autograder.judging.parts import Compare, Finding, Refuse, Run, Sample, Source, Tried, raised_wrongly, results
from autograder.judging.sampling import counted, sourced
from autograder.running.wire import Other
from autograder.wording import quoted

REFUSAL, REFUSAL_OF_SEVERAL = "A ValueError whose message names the bad value.", "A ValueError that says what is wrong."
REFUSES = re.compile(r"\b(raise|assert)\b")


def examine(tried: Sequence[Tried]) -> Finding | None:
    """What is wrong with the records of one part, if anything."""
    runs = [run for _, each in tried for run in each]
    return (
        changed_by_an_earlier_call(runs)
        or crashed(runs)
        or wrongly_answered(tried)
        or wrong_form(tried)
        or changed_argument(runs)
        or global_randomness_used(runs)
        or wrong_values(tried)
        or mode_left_switched(runs)
    )


def changed_by_an_earlier_call(runs: Sequence[Run]) -> Finding | None:
    """Whether calls stop where another one came before, and calls write into what they are given, which goes on."""
    stopped = [run for run in runs if raised_wrongly(run)]
    return changed_argument(runs) if stopped and all(BEFORE in run.case.inputs for run in stopped) else None


def crashed(runs: Sequence[Run]) -> Finding | None:
    """An exception where the reference gives a result."""
    stopped = [run for run in runs if raised_wrongly(run)]
    if not stopped:
        return None
    raised = stopped[0].record["raised"]
    finding = crash(raised, raised["is_value_error"] and not mentions_torch(raised["line"]))
    where = only_where(stopped, [run for run in runs if not raised_wrongly(run)])
    if where is None:
        return finding
    name, words, about = where
    unknown = finding.misconception is None or finding.misconception.startswith("raises")
    return Finding(
        there_alone(words, finding.seen),
        finding.expected,
        name if unknown else finding.misconception,
        {**finding.about, **about},
        finding.misconception,
    )


def mentions_torch(line: str) -> bool:
    """Whether a line calls something, so that its ValueError need not be the answer's own."""
    return not re.search(r"\braise\b", line)


def wrongly_answered(tried: Sequence[Tried]) -> Finding | None:
    """A result, or another exception, where a value had to be refused."""
    for way, runs in tried:
        if (finding := taken(runs)) is not None:
            unchecked = way.unchecked if isinstance(way, Refuse) else None
            return replace(finding, misconception=unchecked) if unchecked and checks_nothing(runs) else finding
    return None


def checks_nothing(runs: Sequence[Run]) -> bool:
    """Whether an answer itself refuses no bad value: it returns, or code that it calls raises."""
    return all(
        error_in(run.record.get("value")) is None
        if "value" in run.record
        else run.record["raised"]["line"] and not REFUSES.search(run.record["raised"]["line"])
        for run in runs
        if run.case.raises is not None
    )


def taken(runs: Sequence[Run]) -> Finding | None:
    """What came of the first bad value that was not refused as it has to be."""
    for run in runs:
        if run.case.raises is None:
            continue
        raised = run.record.get("raised")
        value = f"the bad value {run.case.raises}" if run.case.raises else "input that should be refused"
        what = run.case.what or value
        due = REFUSAL if run.case.raises else REFUSAL_OF_SEVERAL
        if raised is None and (returned := error_in(run.record.get("value"))):
            return Finding(f"It returned {quoted(returned, 40)} for {what}.", due, "returns-error")
        if raised is None:
            return Finding(f"It returned a result for {what}.", due, run.case.unless or "no-check")
        if not raised["is_value_error"]:
            asserted = raised["type"] == "AssertionError"
            name = "asserts-for-bad-value" if asserted else WRONG_EXCEPTION
            return Finding(f"It raised {quoted(raised['type'], 30)} for {what}.", due, name)
        if not raised["message"] or run.case.raises.lower() not in raised["message"].lower():
            said = quoted(raised["message"], 80)
            return Finding(
                f"It raised a ValueError saying “{said}” for {what}.",
                f"A message that {'names the bad value' if run.case.raises else 'says what is wrong'}.",
                VALUE_NOT_NAMED,
            )
    return None


def error_in(value: Any) -> str | None:
    """The name of an exception that came back as a value, alone or in a list."""
    items = value if isinstance(value, list) else [value]
    return next((each for each in items if isinstance(each, Other) and each.endswith(("Error", "Exception"))), None)


def changed_argument(runs: Sequence[Run]) -> Finding | None:
    """Whether a call wrote into what it was given."""
    names = sorted({name for run in runs for name in run.record["changed"]})
    if not names:
        return None
    listed = " and ".join(f"`{name}`" for name in names[:3])
    return Finding(
        f"After the call, {listed} {'was' if len(names) == 1 else 'were'} no longer what it had been."
        if len(names) == 1
        else f"After the call, {listed} were no longer what they had been.",
        "Arguments left as they were.",
        CHANGES_ARGUMENT,
        {"argument": listed},
    )


def global_randomness_used(runs: Sequence[Run]) -> Finding | None:
    """Whether a call advanced or read a global source of randomness."""
    if not any(run.record["global_random"] for run in runs):
        return None
    return Finding(
        "Numbers were drawn from the global random state.", "No draw, except from a generator that is an argument.",
        GLOBAL_RANDOM,
    )  # fmt: skip


def mode_left_switched(runs: Sequence[Run]) -> Finding | None:
    """Whether a call left one of torch's modes in another state."""
    names = sorted({name for run in runs for name in run.record["switched"]})
    if not names:
        return None
    return Finding(
        f"After the call, torch's {' and '.join(names)} had changed, for everything that runs later.",
        "Modes as they were before.",
        LEFT_SWITCHED,
    )


def wrong_values(tried: Sequence[Tried]) -> Finding | None:
    """Values that are not the reference's, or that chance does not explain."""
    for way, runs in tried:
        if isinstance(way, Compare):
            finding = compared(way, results(runs))
        elif isinstance(way, Source):
            finding = sourced(results(runs))
        elif isinstance(way, Sample):
            finding = counted(way, results(runs))
        else:
            finding = None
        if finding:
            return finding
    return None


def draws(exercise: Exercise) -> bool:
    """Whether an answer draws at random."""
    return isinstance(exercise.run, Call) and exercise.run.generator is not None
