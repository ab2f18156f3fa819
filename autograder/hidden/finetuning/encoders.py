"""How small encoders are drawn."""

from autograder.exercises.finetuning_encoders import OUTPUTS, Plan
from autograder.exercises.pretraining_trainings import EVALUATION, MIXED, ROOT, TRAINING
from autograder.judging.draw import Draw


def drawn_encoder(draw: Draw, **changes: object) -> Plan:
    """An encoder of drawn sizes, without dropout, to which its mode makes no difference."""
    plan: Plan = {
        "width": draw.size(2, 5),
        "hidden": draw.size(2, 7),
        "normalised": "by row",
        "dropout": 0.0,
        "functional": False,
        "output": draw.contents.choice([*OUTPUTS]),
        "frozen": draw.integer(0, 1) == 1,
        "mode": draw.contents.choice([TRAINING, EVALUATION, MIXED, ROOT]),
        "weights": draw.normal(draw.integer(101, 131)),
    }
    return plan | changes


def dropping(draw: Draw, **changes: object) -> Plan:
    """An encoder to which its mode does make a difference."""
    usual: dict[str, object] = {
        "dropout": draw.share(0.2, 0.6),
        "functional": draw.integer(0, 1) == 1,
        "normalised": draw.contents.choice(["by batch", "by row"]),
        "mode": TRAINING,
    }
    return drawn_encoder(draw, **(usual | changes))
