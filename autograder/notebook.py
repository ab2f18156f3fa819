"""What a lesson's notebook calls: `check` an answer, and a `workbench` of answers to go on with.

In the full clone `check` runs the hidden tests. In what a class receives there are none, and it runs the docstring's
example and the visible cases (`autograder.visible`). What passes is kept (`autograder.kept`), so that `workbench` finds
it in later lessons.
"""

import secrets
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from IPython.core.getipython import get_ipython
from IPython.display import display
from markupsafe import Markup

from autograder.exercise import Exercise, in_words, loaded
from autograder.exercises import CATALOGUE, find
from autograder.kept import answers as kept_answers
from autograder.kept.answers import UnusableError
from autograder.kept.cells import watch
from autograder.kept.remarks import remarks_on
from autograder.running.observe import observe
from autograder.verdict import Outcome, Verdict
from autograder.visible.outcome import EXAMPLE, VisibleVerdict, full_tests_are_here
from bertkit.work_folder import work_folder

_passed: dict[str, tuple[Any, ...]] = {}
"""The answers to an exercise that last passed their check in this kernel, by its id."""
_verdicts: dict[str, Verdict] = {}
"""What came of the last check, by exercise id."""

if (_shell := get_ipython()) is not None:
    watch(_shell)


class OneLineError(Exception):
    """Something is left to do in an exercise. Notebooks show it as one line."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class NotWrittenYet(OneLineError):
    """An exercise's stub has not been filled in."""


class DoesNotPassYet(OneLineError):
    """An answer fails what a class can see, and points that would say so are not known here."""


class Points(float):
    """Points as a cell's result: a number to nbgrader, which reads the plain text, and a small note to a learner."""

    def _repr_html_(self) -> str:
        return str(Markup('<small style="opacity:0.7">points for the gradebook: {:g}</small>').format(self))


class Rendered:
    """A verdict as Jupyter shows it: a card where HTML is shown, plain lines elsewhere."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict

    def __repr__(self) -> str:
        return self.verdict.to_text()

    def _repr_html_(self) -> str:
        return self.verdict.to_html()


def verdict_on(exercise_id: str, answer: Any, seed: int | None = None, explain: bool = False) -> Verdict:
    """Judge an answer that lives in this process with the full tests, on fresh cases unless `seed` is given.

    With `explain`, a wrong one is shown in the smallest case that is found.

    Raises:
        UnknownExerciseError: if there is no such exercise.
    """
    # Late: a process that only runs learners' code must not hold these, and a class does not receive them.
    from autograder import hidden
    from autograder.judging.judge import judge

    exercise = find(exercise_id)
    cases_seed = secrets.randbits(32) if seed is None else seed
    return judge(
        exercise,
        hidden.load(exercise_id),
        lambda inputs: observe(exercise.run, answer, inputs),
        cases_seed,
        explain,
    )


def verdict_on_what_is_visible(exercise: Exercise, answer: Any) -> VisibleVerdict:
    """Judge an answer that lives in this process by its docstring's example and the exercise's visible cases."""
    from autograder.visible.cases import verdict_on_visible  # late: the libraries for judging take their time

    return verdict_on_visible(exercise, answer)


def check(exercise_id: str, *answers: Any, seed: int | None = None) -> float | None:
    """Judge an answer, show what was found, keep it where it passes, and give the points.

    Args:
        exercise_id: for example `"mlm.corrupt"`.
        answers: the functions, classes and values to judge, one for each name that the exercise defines, in order.
        seed: draws the same cases again; fresh ones if None. What a class can see needs none.

    Returns:
        Points, which nbgrader takes as the cell's partial credit. None where the full tests are not at hand: then an
        exception says what points would say, so that nbgrader's Validate passes and fails as it should.

    Raises:
        NotWrittenYet: if the stub has not been filled in. The lesson goes on all the same.
        DoesNotPassYet: if what a class can see fails, where the full tests are not at hand.
        UnknownExerciseError: if there is no such exercise.
        ValueError: if there is not one answer for each name.
    """
    exercise = find(exercise_id)
    answer = exercise.answer_of(*answers)
    tested_in_full = full_tests_are_here()
    verdict = (
        verdict_on(exercise_id, answer, seed, explain=True)
        if tested_in_full
        else verdict_on_what_is_visible(exercise, answer)
    )
    _verdicts[exercise_id] = verdict
    if verdict.passed:
        _passed[exercise_id] = answers
    tests = kept_answers.FULL if tested_in_full else kept_answers.VISIBLE
    remarks = remarks_on(exercise, answers, verdict, tests, get_ipython())
    names = in_words(exercise.names, mark="")
    if verdict.outcome is Outcome.NOT_ATTEMPTED:
        one = len(exercise.names) == 1
        line = f"○ {names} {'is' if one else 'are'} not written yet."
        line += f" The lesson goes on with {_instead(exercise)} until {'it is' if one else 'they are'}."
        raise NotWrittenYet(" ".join([line, *remarks]))
    display(Rendered(verdict))
    if remarks:
        print("\n".join(remarks))
    if tested_in_full:
        return Points(verdict.points)
    if verdict.diagnosis:
        raise DoesNotPassYet(f"✗ {names} {_not_done(exercise, verdict)}. {verdict.diagnosis.seen}")
    return None


def workbench(*exercise_ids: str) -> SimpleNamespace:
    """Functions to go on with: the learner's own that last passed, bertkit's where none did; it says which and why.

    An answer passed in this session, or in an earlier one and was kept.

    Args:
        exercise_ids: what the next experiment needs.

    Returns:
        A namespace with one attribute for each name that the exercises define.
    """
    tools: dict[str, Any] = {}
    lines: list[tuple[str, str]] = []
    for exercise_id in exercise_ids:
        exercise = find(exercise_id)
        answers, whose = _at_hand(exercise)
        tools |= zip(exercise.names, answers, strict=True)
        lines += [(name, whose) for name in exercise.names]
    width = max(len(name) for name, _ in lines) if lines else 0
    print("\n".join(f"{name:<{width}}  {whose}" for name, whose in lines))
    return SimpleNamespace(**tools)


@dataclass(frozen=True)
class Whose:
    """Whose answer to an exercise a lesson goes on with."""

    exercise: str
    """Its id."""
    names: tuple[str, ...]
    """What it defines."""
    is_own: bool
    """Whether it is the learner's own, which passed its check."""
    told: str
    """The same in words, with where it was kept, or why it is the library's."""


@dataclass(frozen=True)
class Workbench:
    """All functions of the course, to build something whole of."""

    tools: SimpleNamespace
    """One attribute for each name that an exercise defines."""
    whose: tuple[Whose, ...]
    """In course order."""

    @property
    def own(self) -> int:
        """So many exercises are the learner's."""
        return sum(each.is_own for each in self.whose)

    @property
    def count(self) -> str:
        """For example `31 of 34 exercises are yours, 3 the library's`."""
        return f"{self.own} of {len(self.whose)} exercises are yours, {len(self.whose) - self.own} the library's"

    @property
    def folder(self) -> Path | None:
        """Where the learner keeps what comes of his functions.

        None where not one of them is his: what came of the library's alone would take the place of his own, as when
        all lessons are run to see whether they do. None, too, where this is no learner's notebook.
        """
        return work_folder() if self.own else None

    def to_text(self) -> str:
        """How many are the learner's own, and which are not."""
        others = [each for each in self.whose if not each.is_own]
        width = max((len(each.exercise) for each in others), default=0)
        return "\n".join([self.count, *(f"  {each.exercise:<{width}}  {each.told}" for each in others)])


def workbench_of_all() -> Workbench:
    """The answers to all exercises, as `workbench` hands them out; prints which are not the learner's, and why."""
    tools: dict[str, Any] = {}
    whose: list[Whose] = []
    for exercise in CATALOGUE:
        answers, told = _at_hand(exercise)
        tools |= zip(exercise.names, answers, strict=True)
        whose.append(Whose(exercise.id, exercise.names, told.startswith("yours"), told))
    found = Workbench(SimpleNamespace(**tools), tuple(whose))
    print(found.to_text())
    return found


def _not_done(exercise: Exercise, verdict: Verdict) -> str:
    """What an answer does not do, of all that a class can see."""
    at_example = isinstance(verdict, VisibleVerdict) and verdict.failed_at == EXAMPLE
    if len(exercise.names) == 1:
        return f"does not do what its {'docstring shows' if at_example else 'visible cases show'}"
    return f"do not do what their {'docstrings' if at_example else 'visible cases'} show"


def _at_hand(exercise: Exercise) -> tuple[tuple[Any, ...], str]:
    """What to go on with for an exercise, and whose it is."""
    verdict = _verdicts.get(exercise.id)
    lately = (
        "not checked yet"
        if verdict is None
        else "passed"
        if verdict.passed
        else "not written yet"
        if verdict.outcome is Outcome.NOT_ATTEMPTED
        else "does not pass yet"
    )
    if exercise.id in _passed:
        return _passed[exercise.id], "yours" if lately == "passed" else f"yours, the last that passed (now: {lately})"
    try:
        if kept := kept_answers.find(work_folder(), exercise):
            now = "" if verdict is None else f"; now: {lately}"
            return kept_answers.load(kept, exercise), f"yours (kept from {kept.origin}{now})"
    except UnusableError as error:
        lately += f"; the one that was kept {error}"
    return tuple(map(loaded, exercise.defines)), f"bertkit's (yours: {lately})"


def _instead(exercise: Exercise) -> str:
    """What a lesson goes on with where the answer just checked does not pass."""
    return "bertkit's version" if _at_hand(exercise)[1].startswith("bertkit") else "your last that passed"
