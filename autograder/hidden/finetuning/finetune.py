"""Hidden tests of `finetuning.finetune`."""

from typing import Any

import torch
from torch import Tensor

from autograder.exercise import Inputs
from autograder.exercises.finetuning_runs import ALL, FROZEN, SECOND_GROUP, STEPPED
from autograder.exercises.pretraining_trainings import EVALUATION, MIXED, NOTHING, OPTIMIZERS, ROOT, TRAINING
from autograder.hidden.finetuning.encoders import drawn_encoder, dropping
from autograder.hidden.finetuning.finetune_mistakes import mistake
from autograder.judging.advice import RETURNS_NOTHING
from autograder.judging.draw import DOUBLE, Draw
from autograder.judging.parts import TOLERANCES, Compare, Finding, HiddenTests, saying
from autograder.wording import quoted

ROUNDING = TOLERANCES | {torch.float32: 1e-4, torch.float64: 2e-5}


def inputs(
    draw: Draw,
    batches: int | None = None,
    epochs: int | None = None,
    mode: str = TRAINING,
    encoder: dict[str, Any] | None = None,
    **changes: Any,
) -> Inputs:
    """A fine-tuning on batches of different sizes and losses."""
    plan = (drawn_encoder(draw, frozen=False) if encoder is None else encoder) | {"output": "a tensor"}
    training = {
        "encoder": plan,
        "kept": False,
        "given": False,
        "optimizer": draw.contents.choice([*OPTIMIZERS]),
        "rate": draw.share(0.02, 0.08),
        "decay": draw.share(0.05, 0.3),
        "groups": draw.integer(1, 2),
    }
    names = ("x", "targets")[:: draw.contents.choice([1, -1])]  # arguments go by name, in whatever order
    count = draw.integer(2, 4) if batches is None else batches
    rows = [draw.size(2, 4) + place for place in range(count)]
    return {
        "training": training | changes,
        "batches": [
            {name: draw.normal(rows[place], plan["width"], scale=1.0 + place % 5 / 2) for name in names}
            for place in range(count)
        ],
        "epochs": draw.integer(2, 3) if epochs is None else epochs,
        "mode": mode,
        "stale": 0.0,
        "stale_in": ALL,
    }


def twice_the_same(draw: Draw) -> Inputs:
    """A batch that stands at two places of the list."""
    drawn = inputs(draw, 3)
    drawn["batches"][2] = dict(drawn["batches"][0])
    return drawn


STEPS = {
    "there is one batch": lambda draw: inputs(draw, 1),
    "there is one epoch": lambda draw: inputs(draw, epochs=1),
    "there is one batch and one epoch": lambda draw: inputs(draw, 1, 1),
    "there are many epochs": lambda draw: inputs(draw, 2, draw.integer(11, 14)),
    "there are many batches": lambda draw: inputs(draw, draw.integer(17, 25), 2),
    "a batch comes twice": twice_the_same,
    "the optimiser has two groups": lambda draw: inputs(draw, groups=2),
    "the optimiser has momentum": lambda draw: inputs(draw, optimizer="SGD with momentum"),
    "the optimiser has stepped before": lambda draw: inputs(draw, optimizer="SGD with momentum") | {STEPPED: True},
}


def stale(draw: Draw, where: str = ALL, **changes: Any) -> Inputs:
    """A fine-tuning with gradients from before."""
    size = draw.contents.choice([-1, 1]) * draw.share(2.0, 9.0)
    return inputs(draw, **changes) | {"stale": size, "stale_in": where}


def with_frozen(draw: Draw, **changes: Any) -> Inputs:
    """Gradients from before in frozen parameters that the optimiser has."""
    return stale(draw, FROZEN, **({"encoder": drawn_encoder(draw, frozen=True), "given": True} | changes))


FRESH = {
    "there is one batch and one epoch": lambda draw: stale(draw, batches=1, epochs=1),
    "the optimiser has two groups": lambda draw: stale(draw, groups=2),
    "only the second group has gradients": lambda draw: stale(draw, SECOND_GROUP, groups=2),
    "the optimiser has frozen parameters": lambda draw: with_frozen(draw, optimizer="SGD", groups=1),
    "the optimiser has frozen parameters and momentum": lambda draw: with_frozen(
        draw, optimizer="SGD with momentum", groups=2
    ),
    "the optimiser is AdamW and has frozen parameters": lambda draw: with_frozen(draw, optimizer="AdamW", groups=1),
}
HISTORY = {
    "there is one batch": lambda draw: inputs(draw, 1),
    "there is one epoch": lambda draw: inputs(draw, epochs=1),
    "there are no epochs": lambda draw: inputs(draw, epochs=0),
    "there are as many epochs as batches": lambda draw: inputs(draw, 3, 3),
    "losses rise": lambda draw: rising(draw),
}


def rising(draw: Draw) -> Inputs:
    """Steps so large that they overshoot."""
    drawn = inputs(draw, 1, 2, optimizer="SGD", groups=1)
    return drawn | {"training": drawn["training"] | {"rate": draw.share(12.0, 18.0)}}


def moded(draw: Draw, mode: str, **changes: Any) -> Inputs:
    """A model that is in this mode before."""
    return inputs(draw, mode=mode, encoder=dropping(draw, frozen=False), **changes)


MODES = {
    "the model is in training mode": lambda draw: moded(draw, TRAINING),
    "a part of the model is in evaluation mode": lambda draw: moded(draw, ROOT),
    "the model itself is in evaluation mode": lambda draw: moded(draw, MIXED),
    "there is one batch and one epoch": lambda draw: moded(draw, EVALUATION, batches=1, epochs=1),
}


def apart(draw: Draw, mode: str, **changes: Any) -> Inputs:
    """A model with an encoder that is to stay as it is."""
    return inputs(draw, mode=mode, encoder=dropping(draw, frozen=False), kept=True, **changes)


UNTOUCHED = {
    "the model is in training mode": lambda draw: apart(draw, TRAINING),
    "the encoder has a batch norm": lambda draw: inputs(
        draw, mode=EVALUATION, encoder=dropping(draw, normalised="by batch", frozen=False), kept=True
    ),
    "the optimiser has the frozen parameters": lambda draw: apart(draw, EVALUATION, given=True),
    "a layer is frozen": lambda draw: inputs(draw, encoder=drawn_encoder(draw, frozen=True)),
    "a frozen layer is in the optimiser": lambda draw: inputs(
        draw, encoder=drawn_encoder(draw, frozen=True), given=True
    ),
}


def entries(**names: str) -> Any:
    """Picks entries of what came, under other names."""
    return lambda given, value: {name: value[entry] for name, entry in names.items()}


def untouched(given: Inputs, value: Any) -> dict[str, Any]:
    """What is not to move, in a run in which something does: whoever does nothing has earned nothing by it."""
    return {"stepped": value["steps"] != NOTHING, "kept": value["kept"], "frozen": value["frozen"]}


def other_steps(got: Any, want: Any) -> Finding:
    """Which batches the steps were taken on."""
    due = "One step for every batch, in order, epoch after epoch."
    if got == NOTHING:
        return Finding("The optimiser never stepped.", due, "never-steps")
    steps = [0 if each == NOTHING else len(each.split("; ")) for each in (str(got), str(want))]
    if steps[0] < steps[1]:
        return Finding(f"The optimiser stepped {steps[0]} times instead of {steps[1]}.", due, "steps-missing")
    if steps[0] > steps[1]:
        return Finding(f"The optimiser stepped {steps[0]} times instead of {steps[1]}.", due, "steps-too-many")
    return Finding("The steps were taken on other batches, or in another order.", due, "another-order-of-batches")


def other_history(got: Any, want: Any) -> Finding:
    """Numbers that came back."""
    due = "For each epoch the mean of its batches' losses."
    if isinstance(got, Tensor) and got.shape != want.shape:
        seen = f"{len(got)} numbers came back where there were {len(want)} epochs."
        return Finding(seen, due, "wrong-number-of-entries")
    return Finding("The losses that came back are not the right ones.", due, "another-mean")


def another_kind(got: Any, want: Any) -> Finding:
    """What came back, where it is no list of floats."""
    name = RETURNS_NOTHING if got == "NoneType" else "no-list-of-floats"
    seen = "nothing" if got == "NoneType" else quoted(str(got), 40)
    return Finding(f"What came back was {seen}.", "A list of Python floats.", name)


def other_modes(got: Any, want: Any) -> Finding:
    """Modes in forward passes."""
    due = "The whole model in training mode in every forward pass."
    if got == NOTHING:
        return Finding("There was no forward pass.", due, "no-forward-pass")
    what = "sometimes" if TRAINING in str(got) else "always"
    return Finding(
        f"In forward passes the model, or a part of it, was {what} in evaluation mode.", due, "evaluation-mode"
    )


WORDS = {
    "steps": other_steps,
    "stepped": saying("The optimiser never stepped.", "One step for every batch.", "never-steps"),
    "parameters": saying(
        "The parameters are not where these steps take them.",
        "Steps with the gradients of one batch each.",
        "parameters-elsewhere",
    ),
    "fresh": saying(
        "With gradients from before the call, the parameters ended somewhere else.",
        "The same steps, whatever stands in `.grad` before.",
        "stale-gradients",
    ),
    "frozen": saying(
        "A frozen parameter moved, or is trainable now.", "Frozen parameters as they were.", "frozen-moved"
    ),
    "kept": saying(
        "The encoder that a part of the model keeps in evaluation mode is no longer what it was.",
        "That encoder untouched: its mode, its weights, its statistics.",
        "kept-encoder-touched",
    ),
    "kind": another_kind,
    "history": other_history,
    "modes": other_modes,
}
SAME: dict[str, Any] = {"tolerances": ROUNDING, "words": WORDS}

TESTS = HiddenTests(
    parts={
        "steps": (
            Compare(
                lambda draw: inputs(draw),
                STEPS,
                entries(steps="steps", parameters="parameters"),
                1,
                conditions=(DOUBLE,),
                **SAME,
            ),
        ),
        "fresh": (
            Compare(
                lambda draw: stale(draw), FRESH, entries(fresh="parameters", frozen="frozen"), 0, conditions=(), **SAME
            ),
        ),
        "history": (
            Compare(
                lambda draw: inputs(draw),
                HISTORY,
                entries(kind="kind", history="history"),
                0,
                conditions=(DOUBLE,),
                **SAME,
            ),
        ),
        "mode": (
            Compare(lambda draw: moded(draw, EVALUATION), MODES, entries(modes="modes"), 0, conditions=(), **SAME),
        ),
        "untouched": (
            Compare(
                lambda draw: apart(draw, EVALUATION),
                UNTOUCHED,
                untouched,
                0,
                conditions=(),
                **SAME,
            ),
        ),
    },
    mistakes=mistake.all,
)
