"""Right answers to the exercises, as different people write them: one module a lesson, each with a `right` of its own.

`VECTORISED[id]` are fast enough for hundreds of checks, `SLOW[id]` loop over positions in Python.
"""

from typing import Any

from right_answers import bidirectionality, mlm, nsp

LESSONS = (bidirectionality, mlm, nsp)
VECTORISED: dict[str, list[Any]] = {name: each for lesson in LESSONS for name, each in lesson.right.vectorised.items()}
SLOW: dict[str, list[Any]] = {name: each for lesson in LESSONS for name, each in lesson.right.slow.items()}
