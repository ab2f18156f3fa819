"""How often a test repeats itself with other seeds: a few times with every commit, often with `THOROUGH=1 pytest`."""

import os

THOROUGH = "THOROUGH" in os.environ


def repetitions(usual: int, thorough: int) -> int:
    """How often, in this run."""
    return thorough if THOROUGH else usual
