"""What a lesson's notebook calls: `check` an answer, and a `workbench` of answers to go on with.

In the full clone `check` runs the hidden tests. In what a class receives there are none, and it runs the docstring's
example (`autograder.visible`).
"""

import secrets
from types import SimpleNamespace
from typing import Any

from IPython.display import display
from markupsafe import Markup

from autograder.exercises import find
from autograder.running.observe import observe
from autograder.verdict import Outcome, Verdict
from autograder.visible import full_tests_are_here, verdict_on_examples

_passed: dict[str, Any] = {}
"""Answers that passed their check in this kernel, by exercise id."""
_verdicts: dict[str, Verdict] = {}


class OneLineError(Exception):
    """Something is left to do in an exercise. Notebooks show it as one line."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


class NotWrittenYet(OneLineError):
    """An exercise's stub has not been filled in."""


class DoesNotPassYet(OneLineError):
    """An answer does not do what its docstring shows, and points that would say so are not known here."""


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


def verdict_on(exercise_id: str, answer: Any, seed: int | None = None) -> Verdict:
    """Judge an answer that lives in this process with the full tests, on fresh cases unless `seed` is given.

    Raises:
        UnknownExerciseError: if there is no such exercise.
    """
    # Late: a process that only runs learners' code must not hold these, and a class does not receive them.
    from autograder import hidden
    from autograder.judging.judge import judge

    exercise = find(exercise_id)
    cases_seed = secrets.randbits(32) if seed is None else seed
    return judge(exercise, hidden.load(exercise_id), lambda inputs: observe(exercise.run, answer, inputs), cases_seed)


def check(exercise_id: str, *answers: Any, seed: int | None = None) -> float | None:
    """Judge an answer, show what was found, and give the points.

    Args:
        exercise_id: for example `"mlm.corrupt"`.
        answers: the functions, classes and values to judge, one for each name that the exercise defines, in order.
        seed: draws the same cases again; fresh ones if None. The docstring's example needs none.

    Returns:
        Points, which nbgrader takes as the cell's partial credit. None where the full tests are not at hand: then an
        exception says what points would say, so that nbgrader's Validate passes and fails as it should.

    Raises:
        NotWrittenYet: if the stub has not been filled in. The lesson goes on all the same.
        DoesNotPassYet: if the docstring's example fails, where the full tests are not at hand.
        UnknownExerciseError: if there is no such exercise.
        ValueError: if there is not one answer for each name.
    """
    answer = find(exercise_id).answer_of(*answers)
    tested_in_full = full_tests_are_here()
    if tested_in_full:
        verdict = verdict_on(exercise_id, answer, seed)
    else:
        verdict = verdict_on_examples(find(exercise_id), answer)
    _verdicts[exercise_id] = verdict
    _passed.pop(exercise_id, None)
    if verdict.outcome is Outcome.NOT_ATTEMPTED:
        name = find(exercise_id).name
        raise NotWrittenYet(f"○ {name} is not written yet. The lesson goes on with bertkit's version until it is.")
    if verdict.passed:
        _passed[exercise_id] = answer
    display(Rendered(verdict))
    if tested_in_full:
        return Points(verdict.points)
    if verdict.diagnosis:
        name = find(exercise_id).name
        raise DoesNotPassYet(f"✗ {name} does not do what its docstring shows. {verdict.diagnosis.seen}")
    return None


def workbench(*exercise_ids: str) -> SimpleNamespace:
    """Functions to go on with: the learner's own where its last check passed, bertkit's where not, and says which.

    Args:
        exercise_ids: what the next experiment needs.

    Returns:
        A namespace with one attribute for each exercise, under the name that the learner defines.
    """
    tools, lines = {}, []
    for exercise_id in exercise_ids:
        exercise = find(exercise_id)
        if exercise_id in _passed:
            tools[exercise.name] = _passed[exercise_id]
            whose = "yours"
        else:
            tools[exercise.name] = exercise.load_reference()
            verdict = _verdicts.get(exercise_id)
            reason = (
                "not checked yet"
                if verdict is None
                else "not written yet"
                if verdict.outcome is Outcome.NOT_ATTEMPTED
                else "does not pass yet"
            )
            whose = f"bertkit's (yours: {reason})"
        lines.append((exercise.name, whose))
    width = max(len(name) for name, _ in lines) if lines else 0
    print("\n".join(f"{name:<{width}}  {whose}" for name, whose in lines))
    return SimpleNamespace(**tools)
