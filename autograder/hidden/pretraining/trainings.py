"""How small trainings are drawn."""

from autograder.exercises.pretraining_trainings import OPTIMIZERS, SCHEDULES, Plan
from autograder.judging.draw import Draw


def drawn_plan(draw: Draw, **changes: object) -> Plan:
    """A training of drawn sizes, with a drawn optimiser and schedule."""
    plan: Plan = {
        "features": draw.size(2, 5),
        "hidden": draw.size(2, 7),
        "layers": 2,
        "normalised": draw.contents.choice(["by batch", "by row"]),
        "dropout": 0.0,
        "tied": draw.integer(0, 1) == 1,
        "frozen": draw.integer(0, 1) == 1,
        "spare": False,
        "extra": False,
        "optimizer": draw.contents.choice([*OPTIMIZERS]),
        "schedule": draw.contents.choice([*SCHEDULES]),
        "rate": draw.share(0.02, 0.2),
        "decay": draw.share(0.01, 0.3),
        "groups": draw.integer(1, 2),
        "weights": draw.normal(draw.integer(211, 251)),
    }
    return plan | changes
