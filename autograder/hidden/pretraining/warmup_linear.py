"""Hidden tests of `pretraining.warmup_linear`."""

import torch

from autograder.exercise import Inputs
from autograder.hidden.pretraining.warmup_linear_mistakes import mistake
from autograder.judging.draw import Draw
from autograder.judging.parts import TOLERANCES, Case, Compare, HiddenTests, Refuse

ROUNDING = TOLERANCES | {torch.float64: 2e-6}
"""How far right multipliers may lie apart: they come rounded, and whoever computes in 32 bits is right too."""


def schedule(step: int, warmup_steps: int, total_steps: int) -> Inputs:
    """Three numbers."""
    return {"step": step, "warmup_steps": warmup_steps, "total_steps": total_steps}


def steps(draw: Draw, low: int, high: int) -> int:
    """How many steps: of every order of magnitude."""
    return round(low * (min(high, low + 9 if draw.small else high) / low) ** draw.share())


def lengths(draw: Draw) -> tuple[int, int]:
    """How many steps the warm-up and the fall have, three at least, and not the same."""
    warmup, fall = steps(draw, 3, 900), steps(draw, 3, 4000)
    return (warmup, fall) if warmup != fall else (warmup, fall + 1)


def rising(draw: Draw) -> Inputs:
    """A step of the warm-up."""
    warmup, fall = lengths(draw)
    return schedule(draw.integer(1, warmup - 1), warmup, warmup + fall)


def rising_at(draw: Draw, place: int) -> Inputs:
    """The first or the last step of the warm-up."""
    warmup, fall = lengths(draw)
    return schedule(place % warmup, warmup, warmup + fall)


def falling(draw: Draw) -> Inputs:
    """A step between the warm-up and the end."""
    warmup, fall = lengths(draw)
    return schedule(warmup + draw.integer(1, fall - 1), warmup, warmup + fall)


def falling_at(draw: Draw, place: int) -> Inputs:
    """The first, the second or the last step of the fall."""
    warmup, fall = lengths(draw)
    return schedule(warmup + place % fall, warmup, warmup + fall)


def without_warmup(draw: Draw, step: int | None = None) -> Inputs:
    """A schedule that begins with its fall."""
    _, fall = lengths(draw)
    return schedule(draw.integer(1, fall - 1) if step is None else step, 0, fall)


def ended(draw: Draw, beyond: int) -> Inputs:
    """A step at the end or so many beyond it."""
    warmup, fall = lengths(draw)
    return schedule(warmup + fall + beyond, warmup, warmup + fall)


def warmup_alone(draw: Draw, place: int | None = None) -> Inputs:
    """A schedule that has no fall: a step of its warm-up, or so many beyond its end."""
    warmup, _ = lengths(draw)
    return schedule(draw.integer(1, warmup - 1) if place is None else warmup + place, warmup, warmup)


RISE = {
    "no step is taken": lambda draw: rising_at(draw, 0),
    "one step is taken": lambda draw: rising_at(draw, 1),
    "one step of the warm-up is left": lambda draw: rising_at(draw, -1),
    "all steps are warm-up": warmup_alone,
    "all steps are warm-up and no step is taken": lambda draw: schedule(0, 5, 5),
    "the warm-up has one step": lambda draw: schedule(0, 1, steps(draw, 2, 900)),
    "one step is left after the warm-up": lambda draw: (lambda warmup: schedule(warmup // 2, warmup, warmup + 1))(
        steps(draw, 3, 900)
    ),
}
FALL = {
    "the warm-up has just ended": lambda draw: falling_at(draw, 0),
    "one step of the fall is taken": lambda draw: falling_at(draw, 1),
    "one step is left": lambda draw: falling_at(draw, -1),
    "there is no warm-up": without_warmup,
    "there is no warm-up and no step is taken": lambda draw: without_warmup(draw, 0),
    "there is no warm-up and one step is taken": lambda draw: without_warmup(draw, 1),
    "the warm-up has one step": lambda draw: schedule(draw.integer(1, 9), 1, draw.integer(10, 900)),
    "the fall has one step": lambda draw: (lambda warmup: schedule(warmup, warmup, warmup + 1))(steps(draw, 2, 900)),
    "there is one step and no warm-up": lambda draw: schedule(0, 0, 1),
}
END = {
    "the last step is taken": lambda draw: ended(draw, 0),
    "the end is one step ago": lambda draw: ended(draw, 1),
    "there is no warm-up and all is done": lambda draw: (lambda total: schedule(total, 0, total))(steps(draw, 1, 900)),
    "all steps are warm-up and done": lambda draw: warmup_alone(draw, 0),
    "all steps were warm-up and it goes on": lambda draw: warmup_alone(draw, draw.integer(1, 90)),
    "there are no steps": lambda draw: schedule(0, 0, 0),
    "there are no steps and it goes on": lambda draw: schedule(draw.integer(1, 9), 0, 0),
}


def refused(draw: Draw) -> list[Case]:
    """Each number negative, and a warm-up longer than all; beside them, 0 and the same length.

    Only where one number alone is bad can the message be asked for it.
    """
    total = steps(draw, 20, 900)
    bad = -draw.integer(2, 900)

    def case(step: int, warmup_steps: int, total_steps: int, raises: str | None, unless: str = "no-check") -> Case:
        return Case(schedule(step, warmup_steps, total_steps), raises=raises, unless=unless)

    return [
        case(bad, total // 2, total, str(bad), "negative-step-taken"),
        case(-1, 0, total, "-1", "negative-step-taken"),
        case(draw.integer(0, 9), bad, total, str(bad), "negative-warmup-taken"),
        case(total, -1, total, "-1", "negative-warmup-taken"),
        case(0, 0, bad, "", "negative-total-taken"),
        case(0, bad - 1, bad, "", "negative-total-taken"),
        case(0, total + draw.integer(2, 90), total, "", "long-warmup-taken"),
        case(0, total + 1, total, "", "long-warmup-taken"),
        case(total + 90, total + 1, total, "", "long-warmup-taken"),
        case(0, 1, 0, "", "long-warmup-taken"),
        case(0, total, total, None),
        case(0, 0, total, None),
        case(total + 1, 5, total, None),
    ]


TESTS = HiddenTests(
    parts={
        "rise": (Compare(rising, RISE, tolerances=ROUNDING),),
        "fall": (Compare(falling, FALL, tolerances=ROUNDING),),
        "end": (Compare(lambda draw: ended(draw, steps(draw, 1, 900)), END, tolerances=ROUNDING),),
        "refused": (Refuse(refused, "refuses-nothing"),),
    },
    mistakes=mistake.all,
    otherwise={"rise": "rises-otherwise", "fall": "falls-otherwise", "end": "not-0-at-the-end"},
)
