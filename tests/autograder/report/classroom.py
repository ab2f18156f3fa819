"""A seeded class that never sat in a room: results of grading, made without grading anything."""

import ast
import functools
import inspect
import math
import random
import textwrap
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from right_answers import SLOW, VECTORISED

from autograder import hidden
from autograder.exercises import CATALOGUE, find
from autograder.grading.results import ResultStore, SubmissionResult
from autograder.verdict import Diagnosis, Outcome, PartResult, Verdict

EXERCISES = tuple(exercise.id for exercise in CATALOGUE if exercise.id.startswith("mlm."))
FAMILY_NAMES = (
    *("abel", "bauer", "cohen", "diaz", "evans", "fischer", "garcia", "haddad"),
    *("ito", "jensen", "kaya", "lopez", "moreau", "novak", "okafor", "patel"),
)
GIVEN_NAMES = ["ada", "ben", "cleo", "dan", "eva", "finn", "gia", "hugo", "ines", "jonas"]


def verdict(
    exercise: str,
    outcome: Outcome = Outcome.PASSED,
    passed: Iterable[int] = (),
    misconception: str | None = None,
    diagnosis: Diagnosis | None = None,
) -> Verdict:
    """A verdict with the points that its outcome calls for; `passed` numbers the parts of a partly right answer."""
    parts = find(exercise).parts
    right = set(range(len(parts))) if outcome is Outcome.PASSED else set(passed)
    results = tuple(PartResult(part.title, part.points, number in right) for number, part in enumerate(parts))
    points = sum(part.points for part in results if part.passed)
    return Verdict(
        exercise, find(exercise).title, outcome, points, find(exercise).points, results, diagnosis, misconception
    )


def result(verdicts: Iterable[Verdict], answers: Mapping[str, str] | None = None, **fields: Any) -> SubmissionResult:
    """A result of grading."""
    return SubmissionResult("key", tuple(verdicts), answers=answers or {}, **fields)


def scored(scores: Mapping[str, float]) -> list[Verdict]:
    """Verdicts with so many points each, out of ten."""
    return [
        Verdict(exercise, exercise, Outcome.PASSED if points == 10 else Outcome.PARTLY, points, 10, ())
        for exercise, points in scores.items()
    ]


@functools.cache
def right_answers() -> dict[str, list[str]]:
    """The source of the right answers that the tests of the exercises use."""
    return {
        exercise: [source_of(answer) for answer in (*VECTORISED.get(exercise, ()), *SLOW.get(exercise, ()))]
        for exercise in EXERCISES
    }


def source_of(answer: Any) -> str:
    """The source of a function, a class, a partial function or an object that can be called."""
    answer = getattr(answer, "func", answer)
    if not (inspect.isfunction(answer) or inspect.isclass(answer)):
        answer = type(answer)
    lines = textwrap.dedent(inspect.getsource(answer)).splitlines()
    return "\n".join(line for line in lines if not line.startswith("@right"))


def renamed(source: str, numbers: random.Random) -> str:
    """The same code with other names for its variables, without comments and laid out anew."""
    tree = ast.parse(source)
    given = {node.arg for node in ast.walk(tree) if isinstance(node, ast.arg)}
    stored = {node.id for node in ast.walk(tree) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    names = stored - given - {"layers"}  # a parameter is given, and an attribute is not found by its name alone
    others = {name: f"{name[0]}{numbers.randrange(1000)}_{place}" for place, name in enumerate(sorted(names))}
    for node in ast.walk(tree):
        if isinstance(node, ast.Name):
            node.id = others.get(node.id, node.id)
    return ast.unparse(tree).replace("    ", "  ")


def classroom(size: int, seed: int = 0) -> dict[str, SubmissionResult]:
    """A class of right answers, mistakes known and unknown, stubs, stopped code, and an infrastructure failure.

    Two students far apart in the alphabet handed in the same work: the second renamed the variables. Whoever is more
    able does better in every exercise.
    """
    numbers = random.Random(seed)
    names = numbers.sample([f"{family}-{given}" for family in FAMILY_NAMES for given in GIVEN_NAMES], size)
    found = {name: student(numbers) for name in sorted(names)}
    if size >= 10:
        first, last = sorted(found)[1], sorted(found)[-2]
        own = {exercise: odd(right_answers()[exercise][-1]) for exercise in EXERCISES}
        found[first] = result(map(verdict, EXERCISES), own, seconds=1.2)
        found[last] = result(map(verdict, EXERCISES), {k: renamed(v, numbers) for k, v in own.items()}, seconds=1.1)
        unlucky = sorted(found)[size // 2]
        found[unlucky] = result([], infrastructure="the worker was killed: no space left on device", seconds=40.0)
    return found


def odd(source: str) -> str:
    """The same code with a detour that nobody else takes."""
    lines = source.splitlines()
    last = next(place for place in reversed(range(len(lines))) if lines[place].lstrip().startswith("return "))
    indent = lines[last][: len(lines[last]) - len(lines[last].lstrip())]
    detour = ["trail = [step * 3 for step in range(7) if step % 2]", "assert sum(trail) == 27, trail[::-1]"]
    return "\n".join([*lines[:last], *(indent + step for step in detour), *lines[last:]])


def student(numbers: random.Random) -> SubmissionResult:
    """One student's result: the abler, the more is right."""
    ability = numbers.gauss(0.8, 1.2)
    verdicts, answers = [], {}
    for hardness, exercise in enumerate(EXERCISES):
        chance = 1 / (1 + math.exp(hardness / 2 - 1 - ability))
        drawn = numbers.random()
        if drawn < chance:
            verdicts.append(verdict(exercise))
            answers[exercise] = renamed(numbers.choice(right_answers()[exercise]), numbers)
        elif ability < -0.6 and numbers.random() < 0.6:
            verdicts.append(verdict(exercise, Outcome.NOT_ATTEMPTED))
        else:
            found, answers[exercise] = wrong(exercise, numbers)
            verdicts.append(found)
    notes = ("two cells answer mlm.corrupt; the last was graded",) if numbers.random() < 0.05 else ()
    return result(verdicts, answers, notes=notes, seconds=numbers.uniform(0.1, 3))


def wrong(exercise: str, numbers: random.Random) -> tuple[Verdict, str]:
    """A wrong answer: most often a known mistake, and the first ones of the list more often than the last."""
    kind = numbers.random()
    source = right_answers()[exercise][0]
    if kind < 0.15:
        told = Diagnosis("It raised NameError: name 'toch' is not defined.", "A result.", "A name is misspelt.", "It.")
        return verdict(exercise, Outcome.CODE_FAILED, diagnosis=told), source.replace("torch", "toch")
    if kind < 0.3:
        told = Diagnosis(
            f"{numbers.randrange(100)} of 400 positions differ.", "None.", "One of your own.", "The docstring."
        )
        return verdict(exercise, Outcome.PARTLY, [0], diagnosis=told), source + f"\n# try {numbers.randrange(100)}"
    mistakes = hidden.load(exercise).implemented
    mistake = mistakes[min(int(numbers.expovariate(0.4)), len(mistakes) - 1)]
    told = Diagnosis("The result differs.", "Another one.", mistake.likely, mistake.look_at)
    code = inspect.getsource(mistake.answer) if inspect.isfunction(mistake.answer) else source
    return verdict(exercise, Outcome.PARTLY, [1], mistake.name, told), renamed(textwrap.dedent(code), numbers)


def save(root: Path, assignment: str, results: Mapping[str, SubmissionResult]) -> None:
    """Write results to where grading would have."""
    store = ResultStore(root, assignment)
    store.folder.mkdir(parents=True, exist_ok=True)
    for name, found in results.items():
        store.save(name, found)
