"""Hidden tests of `heads.HEAD_FOR_TASK`."""

import difflib
import re
from collections.abc import Callable, Sequence
from typing import Any

from autograder.exercise import Inputs
from autograder.hidden.heads.head_for_task_mistakes import mistake
from autograder.judging.draw import Draw
from autograder.judging.parts import Compare, Finding, HiddenTests
from autograder.judging.values import kind_of
from autograder.running.wire import Other
from autograder.wording import quoted
from bertkit.model.heads import HEAD_FOR_TASK

HEADS = ("cls", "token", "span")
PAIRS = ("entailment", "paraphrase detection")
OF_HEAD = {head: tuple(task for task, right in HEAD_FOR_TASK.items() if right == head) for head in HEADS}
BETWEEN = "; "
FINE = "as asked"


def nothing(draw: Draw) -> Inputs:
    """A value takes no inputs."""
    return {}


def of_tasks(tasks: Sequence[str], others: bool = False) -> Callable[[Inputs, dict[str, Any]], dict[str, Any]]:
    """What a dict says of some tasks, and whether there are tasks besides; every entry is a line of text."""

    def picked(given: Inputs, value: dict[str, Any]) -> dict[str, Any]:
        table = value["tasks"]
        kind = FINE if isinstance(table, dict) else kind_of(table)
        table = table if isinstance(table, dict) else dict(HEAD_FOR_TASK)
        strange = [name for name in table if name not in HEAD_FOR_TASK]
        missing = [task for task in tasks if task not in table]
        spelt = {task: near for task in missing if (near := nearest(task, strange))}
        there = [task for task in tasks if task in table]
        known = [task for task in there if isinstance(table[task], str) and table[task] in HEADS]
        unknown = [task for task in there if task not in known]
        return {
            "kind": kind,
            "spelt": BETWEEN.join(f"`{quoted(near, 40)}`" for near in spelt.values()),
            "missing": BETWEEN.join(task for task in missing if task not in spelt),
            "extra": BETWEEN.join(quoted(name, 40) for name in surplus(table, strange)) if others else "",
            "words": BETWEEN.join(f"{task}: {word(table[task])}" for task in unknown),
            "heads": BETWEEN.join(f"{task}: {table[task]}" for task in known if table[task] != HEAD_FOR_TASK[task]),
        }

    return picked


def surplus(table: dict[str, Any], strange: Sequence[str]) -> list[str]:
    """Names that are no missing task in another spelling."""
    missing = [task for task in HEAD_FOR_TASK if task not in table]
    return [name for name in strange if not any(nearest(task, [name]) for task in missing)]


def nearest(task: str, names: Sequence[str]) -> str | None:
    """The name that is a task in another spelling, if there is one."""
    if found := [name for name in names if letters(name) == letters(task)]:
        return found[0]
    return next(iter(difflib.get_close_matches(task, [name[:80] for name in names], n=1, cutoff=0.8)), None)


def letters(name: str) -> str:
    """Small letters alone."""
    return re.sub(r"[^a-z]", "", name[:80].lower())


def word(value: Any) -> str:
    """A value that is no head, in a few letters."""
    plain = isinstance(value, str) and not isinstance(value, Other)
    return f"“{quoted(value, 30)}”" if plain else kind_of(value)


def another_kind(got: Any, want: Any) -> Finding:
    """Something else than a dict."""
    if got == "None":
        return Finding("It was None.", "A dict with eight tasks.", "returns-nothing")
    return Finding(f"It was {got}.", "A dict whose keys and values are text.", "no-dict")


def other_spelling(got: Any, want: Any) -> Finding:
    """Tasks under other names."""
    return Finding(
        f"A task stands there as {str(got).split(BETWEEN)[0]}.",
        "The tasks as the stub writes them.",
        "another-spelling",
    )


def lacking(got: Any, want: Any) -> Finding:
    """Tasks that are not there."""
    return Finding(f"There is no `{str(got).split(BETWEEN)[0]}`.", "All eight tasks of the stub.", "missing-task")


def surplus_tasks(got: Any, want: Any) -> Finding:
    """Tasks that are not asked for."""
    return Finding(
        f"There is a task `{str(got).split(BETWEEN)[0]}`.", "The eight tasks of the stub alone.", "extra-task"
    )


def other_words(got: Any, want: Any) -> Finding:
    """Something else than the three words."""
    first = str(got).split(BETWEEN)[0]
    _, _, said = first.partition(": ")
    bare = said.strip("“”")
    large = bare.lower() in HEADS or bare.strip().lower() in HEADS
    return Finding(
        f"`{first.partition(': ')[0]}` has {said}.",
        'One of the words `"cls"`, `"token"` and `"span"`.',
        "another-writing" if large else "other-words",
    )


def another_head(got: Any, want: Any) -> Finding:
    """A task with another head."""
    task, _, head = str(got).split(BETWEEN)[0].partition(": ")
    return Finding(
        f"`{task}` was given the head `{head}`.",
        "The head that reads what an answer to this task is about.",
        confusion(task, head),
    )


def confusion(task: str, head: str) -> str:
    """`pair-as-span` of entailment read as a span."""
    kinds = {"cls": "pair" if task in PAIRS else "text", "token": "words", "span": "answer"}
    return f"{kinds[HEAD_FOR_TASK[task]]}-as-{head}"


WORDS = {
    "kind": another_kind,
    "spelt": other_spelling,
    "missing": lacking,
    "extra": surplus_tasks,
    "words": other_words,
    "heads": another_head,
}


def looked_up(head: str, others: bool = False) -> Compare:
    """The tasks of one head."""
    return Compare(nothing, of=of_tasks(OF_HEAD[head], others), words=WORDS, conditions=(), cases=0)


TESTS = HiddenTests(
    parts={
        "whole": (looked_up("cls", others=True),),
        "tokens": (looked_up("token"),),
        "spans": (looked_up("span"),),
    },
    mistakes=mistake.all,
)
