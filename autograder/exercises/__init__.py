"""All exercises, in course order: one flat list."""

import difflib

from autograder.exercise import Exercise
from autograder.exercises import bidirectionality, finetuning, heads, mlm, nsp, pretraining

LESSONS = ("bidirectionality", "mlm", "nsp", "pretraining", "heads", "finetuning")
"""In course order, whether they have exercises yet or not: what an id begins with, and the module that it stands in."""
CATALOGUE: tuple[Exercise, ...] = (
    *bidirectionality.EXERCISES,
    *mlm.EXERCISES,
    *nsp.EXERCISES,
    *pretraining.EXERCISES,
    *heads.EXERCISES,
    *finetuning.EXERCISES,
)


class UnknownExerciseError(ValueError):
    """There is no exercise of that id."""


def find(exercise_id: str) -> Exercise:
    """Look an exercise up by its id. Raises `UnknownExerciseError` naming the id and the nearest one there is."""
    for exercise in CATALOGUE:
        if exercise.id == exercise_id:
            return exercise
    known = [exercise.id for exercise in CATALOGUE]
    by_name = [known_id for known_id in known if known_id.rpartition(".")[2] == exercise_id.rpartition(".")[2]]
    near = by_name or difflib.get_close_matches(exercise_id, known, n=1)
    advice = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(known)}"
    raise UnknownExerciseError(f"there is no exercise {exercise_id!r}; {advice}")
