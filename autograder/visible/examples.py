"""The worked examples of an exercise's docstrings, run against an answer."""

import builtins
import contextlib
import doctest
import importlib
from collections.abc import Iterator
from typing import Any

from torch._tensor_str import printoptions

from autograder.definitions import definition
from autograder.exercise import Exercise, Inputs, attempted, in_words, module_of, name_of
from autograder.running.observe import observe
from autograder.verdict import Diagnosis, Outcome
from autograder.visible.outcome import VisibleVerdict, verdict
from autograder.wording import quoted

TRACEBACK = "Traceback (most recent call last):"


class NoExampleError(ValueError):
    """The docstring of an exercise shows no example, so there is nothing that can be checked in sight."""


class LastLines(doctest.OutputChecker):
    """Takes what is wanted as the end of what came out: an answer that prints does so before, at no cost."""

    def check_output(self, want: str, got: str, optionflags: int) -> bool:
        """Whether the output is, or ends in, what is wanted."""
        lines = got.splitlines(keepends=True)
        end = "".join(lines[len(lines) - len(want.splitlines()) :])
        ends = (got, end, got[-len(want) :])  # the last where it printed no line's end
        return any(super(LastLines, self).check_output(want, each, optionflags) for each in ends)


def verdict_on_examples(exercise: Exercise, answer: Any) -> VisibleVerdict:
    """Run the examples of an exercise's docstring, up to one that fails, against an answer that lives in this process.

    Raises:
        NoExampleError: if the docstring has none.
    """
    tests = examples(exercise, answer)
    reached = tests[0].examples[0]

    def run(_answer: Any, _inputs: Inputs) -> list[str] | None:
        nonlocal reached
        attempted(answer)
        try:
            for test in tests:
                doctest.DebugRunner(checker=LastLines()).run(test)
        except doctest.DocTestFailure as failure:
            reached = failure.example
            if raised_in(failure.got).startswith(NotImplementedError.__name__):
                raise NotImplementedError from None
            return [failure.got, failure.example.want]
        except doctest.UnexpectedException as failure:
            reached = failure.example
            error: BaseException = failure.exc_info[1]
            raise error from None
        return None

    with printoptions(profile="default"), underscore_put_back():
        record = observe(run, answer, {})
    raised, outputs = record.get("raised"), record.get("value")
    if raised is not None and raised["is_not_implemented"]:
        return verdict(exercise, Outcome.NOT_ATTEMPTED)
    if raised is not None:
        return verdict(exercise, Outcome.CODE_FAILED, crash(reached, raised))
    if outputs is not None:
        return verdict(exercise, Outcome.NOT_PASSED, difference(exercise, reached, *outputs))
    return verdict(exercise, Outcome.PASSED)


def examples(exercise: Exercise, answer: Any) -> list[doctest.DocTest]:
    """The examples in the docstrings of an exercise's reference, with the answer under the name that they use.

    Raises:
        NoExampleError: if there are none.
    """
    several = len(exercise.names) > 1
    answers = {name: getattr(answer, name) for name in exercise.names} if several else {exercise.name: answer}
    tests = []
    for path in exercise.defines:
        names = vars(importlib.import_module(module_of(path))) | answers
        for number, docstring in enumerate(definition(path).docstrings):
            tests.append(doctest.DocTestParser().get_doctest(docstring, names, f"{name_of(path)}-{number}", None, 0))
    tests = [test for test in tests if test.examples]
    if not tests:
        where = " or ".join(exercise.defines)
        raise NoExampleError(f"{exercise.id} cannot be checked: write an example, with >>>, in {where}")
    return tests


@contextlib.contextmanager
def underscore_put_back() -> Iterator[None]:
    """Leave the builtin `_` as it was. doctest sets it, and IPython then no longer keeps a cell's result as `_`."""
    before = {name: value for name, value in vars(builtins).items() if name == "_"}
    try:
        yield
    finally:
        vars(builtins).pop("_", None)
        vars(builtins).update(before)


def crash(example: doctest.Example, raised: dict[str, Any]) -> Diagnosis:
    """What to tell about an exception, given as `observe` describes it."""
    message = quoted(raised["message"], 80).rstrip(".") or "no message"
    line = f" in the line `{quoted(raised['line'], 60)}`" if raised["line"] else ""
    return Diagnosis(
        f"`{quoted(example.source)}` raised {quoted(raised['type'], 30)}: {message}{line}.",
        f"{gist(example.want)}." if example.want else "No exception.",
        "Names, shapes or types: an example this small needs nothing else to stop.",
        "The whole error, which you see when you run the example in a cell of its own.",
    )


def difference(exercise: Exercise, example: doctest.Example, got: str, want: str) -> Diagnosis:
    """What to tell about an example that came to an end, with other output than it should have."""
    return Diagnosis(
        f"`{quoted(example.source)}` gave {gist(got)}.",
        f"{gist(want)}.",
        "One example does not give that away. The hints below the exercise go by what you see.",
        f"The example in the docstring of {in_words(exercise.names)}: follow it through your code, a value at a time.",
    )


def gist(output: str, limit: int = 100) -> str:
    """The output of an example as a phrase: its end where it is long, since what an answer prints comes before."""
    line = raised_in(output) or quoted(output, len(output))
    if not line:
        return "`None`"  # which Python does not display
    return f"`{line if len(line) <= limit else '…' + line[1 - limit :]}`"


def raised_in(output: str) -> str:
    """The last line of a traceback, where an example's output is one."""
    return quoted(output.splitlines()[-1]) if TRACEBACK in output else ""
