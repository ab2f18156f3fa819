"""Hidden tests of `pretraining.train_step`."""

import math
from typing import Any

import torch
from torch import Tensor

from autograder.exercise import Inputs
from autograder.exercises.pretraining_steps import OPTIMIZER, SCHEDULER, norm_of
from autograder.exercises.pretraining_trainings import EVALUATION, MIXED, NOTHING, ROOT, TRAINING, built
from autograder.hidden.pretraining.train_step_mistakes import mistake
from autograder.hidden.pretraining.trainings import drawn_plan
from autograder.judging.advice import RETURNS_NOTHING
from autograder.judging.draw import DOUBLE, Draw
from autograder.judging.parts import TOLERANCES, Compare, Finding, HiddenTests, saying
from autograder.wording import quoted

ROUNDING = TOLERANCES | {torch.float32: 1e-4, torch.float64: 2e-5}
"""How far right values may lie apart: torch's own clipping leaves a millionth below the largest norm."""


def inputs(
    draw: Draw, batches: int | None = None, clip: float | None = None, mode: str | None = None, **changes: Any
) -> Inputs:
    """A step, clipped to so many times the norm that there is; not clipped where that is not said."""
    plan = drawn_plan(draw, **changes)
    rows, width = draw.size(2, 6), plan["features"]
    batches = draw.integer(2, 4) if batches is None else batches
    names = ("x", "targets")[:: draw.contents.choice([1, -1])]  # arguments go by name, in whatever order
    micro_batches = [{name: draw.normal(rows, width, scale=1.0 + place) for name in names} for place in range(batches)]
    largest = 1e6 if clip is None else clip * norm_of(plan, micro_batches)
    return {
        "training": plan,
        "micro_batches": micro_batches,
        "max_grad_norm": largest,
        "stale": 0.0,
        "mode": draw.contents.choice([TRAINING, EVALUATION, MIXED]) if mode is None else mode,
    }


def stale(draw: Draw, **changes: Any) -> Inputs:
    """A step with gradients from before."""
    return inputs(draw, mode=TRAINING, **changes) | {"stale": draw.contents.choice([-1, 1]) * draw.share(2.0, 9.0)}


def plainly(draw: Draw, **changes: Any) -> Inputs:
    """A step with an optimiser to which no gradient and one of 0 are the same."""
    return stale(draw, optimizer="SGD", decay=0.0, **changes)


def clipped(draw: Draw, **changes: Any) -> Inputs:
    """A step whose gradients are too large."""
    return inputs(draw, clip=draw.share(0.05, 0.8), **{"mode": TRAINING, **changes})


def without_gradients(draw: Draw) -> Inputs:
    """A step from where the loss is at its lowest: the targets are what the model gives."""
    drawn = inputs(draw, mode=TRAINING, tied=False, normalised="by row", decay=0.0)
    model = built(drawn["training"]).model.train()
    with torch.no_grad():
        for each in drawn["micro_batches"]:
            each["targets"] = model.outputs(each["x"])
    return drawn | {"max_grad_norm": draw.share(0.5, 2.0)}


GRADIENTS = {
    "there is one micro-batch": lambda draw: inputs(draw, 1),
    "there are many micro-batches": lambda draw: inputs(draw, draw.integer(5, 6)),
    "there are gradients from before": stale,
    "a parameter is not used by the loss": lambda draw: plainly(draw, spare=True),
    "the optimiser has a parameter that the model has not": lambda draw: plainly(draw, extra=True),
    "weights are tied": lambda draw: inputs(draw, tied=True, layers=2),
    "all gradients are 0": without_gradients,
    "a layer is frozen": lambda draw: inputs(draw, frozen=True),
}
CLIPPED = {
    "the norm is just above the largest that is allowed": lambda draw: inputs(draw, clip=draw.share(0.9, 0.97)),
    "the norm is just below the largest that is allowed": lambda draw: inputs(draw, clip=draw.share(1.03, 1.15)),
    "nothing at all is allowed": lambda draw: inputs(draw, clip=0.0),
    "there is one micro-batch": lambda draw: clipped(draw, batches=1),
    "there are gradients from before": lambda draw: clipped(draw) | {"stale": draw.share(2.0, 9.0)},
    "the optimiser has two groups": lambda draw: clipped(draw, groups=2),
}


def of_gradients(given: Inputs, value: dict[str, Any]) -> dict[str, Any]:
    """What the optimiser got."""
    return {"gradients": value["gradients"]}


def of_clipping(given: Inputs, value: dict[str, Any]) -> dict[str, Any]:
    """What the optimiser got."""
    return {"clipped": value["gradients"]}


def of_order(given: Inputs, value: dict[str, Any]) -> dict[str, Any]:
    """What stepped, and the learning rates afterwards; where little can go wrong before, the parameters, too."""
    names = ("order", "rates", "parameters") if len(given["micro_batches"]) == 1 else ("order", "rates")
    return {name: value[name] for name in names}


def of_mode(given: Inputs, value: dict[str, Any]) -> dict[str, Any]:
    """The modes in forward passes."""
    return {"modes": value["modes"]}


def of_loss(given: Inputs, value: dict[str, Any]) -> dict[str, Any]:
    """What came back."""
    return {name: value[name] for name in ("kind", "loss")}


def ratio(got: Any, want: Any) -> float | None:
    """By what factor some numbers differ from others, where it is one for all of them."""
    if not isinstance(got, Tensor) or got.shape != want.shape or not want.norm() or not got.isfinite().all():
        return None
    factor = float((got * want).sum() / (want * want).sum())
    return factor if torch.allclose(got, factor * want, rtol=1e-3, atol=1e-4 * float(want.abs().max())) else None


def other_gradients(got: Any, want: Any) -> Finding:
    """Gradients at the optimiser's step, where nothing has to be clipped."""
    due = "The gradients of the mean of the losses, and nothing of before."
    if not isinstance(got, Tensor):
        return Finding("The optimiser never stepped.", "One step.", "optimizer-never-steps")
    factor = ratio(got, want)
    if factor is not None and abs(factor) < 1e-6:
        return Finding("At the optimiser's step all gradients were 0.", due, "gradients-gone")
    if factor is not None and not math.isclose(factor, 1, rel_tol=1e-3):
        return Finding(
            f"At the optimiser's step all gradients were {factor:.3g} times the right ones.", due, "gradients-scaled"
        )
    return Finding(
        "At the optimiser's step the gradients were other ones, and not by one factor.", due, "another-gradient"
    )


def otherwise_clipped(got: Any, want: Any) -> Finding:
    """Gradients at the optimiser's step, where they have to be clipped."""
    due = "All gradients times one factor, so that their norm is the largest that is allowed."
    if not isinstance(got, Tensor):
        return Finding("The optimiser never stepped.", "One step.", "optimizer-never-steps")
    factor = ratio(got, want)
    if factor is None:
        return Finding("At the optimiser's step the gradients pointed in another direction.", due, "clipped-otherwise")
    if factor > 1:
        return Finding(
            f"At the optimiser's step the norm of the gradients was {factor:.3g} times the right one.",
            due,
            "norm-too-large",
        )
    return Finding(
        f"At the optimiser's step the norm of the gradients was {factor:.3g} times the right one.",
        due,
        "norm-too-small",
    )


def other_order(got: Any, want: Any) -> Finding:
    """What stepped."""
    due = "One step of the optimiser, then one of the scheduler."
    stepped = str(got).split(", ")
    optimizers, schedulers = (stepped.count(each) for each in (OPTIMIZER, SCHEDULER))
    if optimizers == 0:
        return Finding("The optimiser never stepped.", due, "optimizer-never-steps")
    if schedulers == 0:
        return Finding("The scheduler never stepped.", due, "scheduler-never-steps")
    if optimizers > 1:
        return Finding(f"The optimiser stepped {optimizers} times.", due, "optimizer-steps-often")
    if schedulers > 1:
        return Finding(f"The scheduler stepped {schedulers} times.", due, "scheduler-steps-often")
    return Finding("The scheduler stepped before the optimiser.", due, "scheduler-first")


def other_modes(got: Any, want: Any) -> Finding:
    """Modes in forward passes."""
    due = "The whole model in training mode in every forward pass."
    if got == NOTHING:
        return Finding("There was no forward pass.", due, "no-forward-pass")
    what = "sometimes" if TRAINING in str(got) else "always"
    return Finding(
        f"In forward passes the model, or a part of it, was {what} in evaluation mode.", due, "evaluation-mode"
    )


def another_kind(got: Any, want: Any) -> Finding:
    """What came back, where it is no float."""
    names = {"NoneType": RETURNS_NOTHING, "Tensor": "tensor-for-number"}
    seen = f"What came back was {'nothing' if got == 'NoneType' else f'a {quoted(str(got), 30)}'}."
    return Finding(seen, "A Python float.", names.get(str(got), "wrong-type"))


WORDS = {
    "kind": another_kind,
    "gradients": other_gradients,
    "clipped": otherwise_clipped,
    "parameters": saying(
        "The parameters are not where one step of the optimiser takes them.",
        "One step, with the gradients of the mean loss.",
        "parameters-elsewhere",
    ),
    "order": other_order,
    "rates": saying(
        "The learning rates afterwards are not those of the scheduler's next step.",
        "The scheduler's rates, one step on.",
        "rates-changed",
    ),
    "modes": other_modes,
}
SAME: dict[str, Any] = {"tolerances": ROUNDING, "words": WORDS, "conditions": (DOUBLE,)}
PLAIN = SAME | {"conditions": ()}

TESTS = HiddenTests(
    parts={
        "gradients": (Compare(lambda draw: inputs(draw), GRADIENTS, of_gradients, 1, **SAME),),
        "clipped": (Compare(clipped, CLIPPED, of_clipping, 0, **SAME),),
        "order": (
            Compare(
                lambda draw: inputs(draw),
                {"there is one micro-batch": lambda draw: inputs(draw, 1, mode=TRAINING)},
                of_order,
                1,
                **PLAIN,
            ),
        ),
        "mode": (
            Compare(
                lambda draw: inputs(draw, mode=MIXED),
                {
                    "the model is in evaluation mode": lambda draw: inputs(draw, mode=EVALUATION),
                    "a part of the model is in evaluation mode": lambda draw: inputs(draw, mode=ROOT),
                    "the model has dropout": lambda draw: inputs(draw, mode=EVALUATION, dropout=draw.share(0.2, 0.6)),
                },
                of_mode,
                0,
                **PLAIN,
            ),
        ),
        "loss": (
            Compare(
                lambda draw: inputs(draw),
                {"there is one micro-batch": lambda draw: inputs(draw, 1)},
                of_loss,
                0,
                titles={"loss": "The loss that came back"},
                **SAME,
            ),
        ),
    },
    mistakes=mistake.all,
    otherwise={"loss": "another-loss"},
)
