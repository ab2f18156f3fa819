"""Right answers to the exercises, as different people write them: one module a lesson, each with a `right` of its own.

`VECTORISED[id]` are fast enough for hundreds of checks, `SLOW[id]` loop over positions in Python.
"""

import pkgutil
from importlib import import_module
from typing import Any

LESSONS = [
    import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__) if each.name != "register"
]
VECTORISED: dict[str, list[Any]] = {name: each for lesson in LESSONS for name, each in lesson.right.vectorised.items()}
SLOW: dict[str, list[Any]] = {name: each for lesson in LESSONS for name, each in lesson.right.slow.items()}
