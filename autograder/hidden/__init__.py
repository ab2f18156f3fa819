"""The other half of the exercises: the cases that answers are tried on, their judging, and the known mistakes.

Nothing here is imported by a process that runs a learner's code, nor is it part of what a class receives.
"""

import importlib

from autograder.exercises import find
from autograder.judging.parts import HiddenTests


def load(exercise_id: str) -> HiddenTests:
    """The hidden tests of an exercise.

    They stand in the module `autograder.hidden.LESSON.NAME`, the id in lower case, as `TESTS`.

    Raises:
        UnknownExerciseError: if there is no such exercise.
    """
    find(exercise_id)
    module = importlib.import_module(f"autograder.hidden.{exercise_id.lower()}")
    tests: HiddenTests = module.TESTS
    return tests
