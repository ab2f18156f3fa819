"""Hidden tests of `finetuning.cache_features`."""

from typing import Any

import torch

from autograder.calls import EVALUATION, KEPT
from autograder.exercise import Inputs
from autograder.exercises.finetuning_encoders import OF_ITS_OWN, RUNTIME, VALUE, Plan
from autograder.exercises.finetuning_frozen import EVALUATES, MIXED_UP
from autograder.exercises.pretraining_trainings import EVALUATION as EVALUATING
from autograder.exercises.pretraining_trainings import MIXED, NOTHING, ROOT, TRAINING
from autograder.hidden.finetuning.cache_features_mistakes import mistake
from autograder.hidden.finetuning.encoders import drawn_encoder, dropping
from autograder.judging.advice import LEFT_SWITCHED
from autograder.judging.draw import DOUBLE, Draw
from autograder.judging.parts import AGAIN, TOLERANCES, Compare, Finding, HiddenTests, saying
from autograder.wording import quoted

ROUNDING = TOLERANCES | {torch.float64: 1e-7}


def caching(
    draw: Draw,
    encoder: Plan | None = None,
    rows: int | None = None,
    length: int | None = None,
    count: int | None = None,
) -> Inputs:
    """Batches of drawn sizes, for an encoder that returns vectors."""
    plan = (drawn_encoder(draw) if encoder is None else encoder) | {"output": "a tensor"}
    width = plan["width"]
    names = ("x", "shift")[:: draw.contents.choice([1, -1])]  # arguments go by name, in whatever order
    batches = []
    for _ in range(draw.size(2, 4) if count is None else count):
        drawn = {
            "x": draw.normal(
                draw.size(2, 5) if rows is None else rows, draw.size(2, 5) if length is None else length, width
            ),
            "shift": draw.normal(width),
        }
        batches.append({name: drawn[name] for name in names})
    return {"encoder": plan, "batches": batches, "fails_at": None}


def square(draw: Draw) -> Inputs:
    """As many rows as positions and batches."""
    size = draw.size(2, 4)
    return caching(draw, None, size, size, size)


def cube(draw: Draw) -> Inputs:
    """As many rows as positions and as features."""
    plan = drawn_encoder(draw)
    return caching(draw, plan, plan["width"], plan["width"])


def growing(draw: Draw) -> Inputs:
    """Batches that all have another size and length."""
    drawn = caching(draw, count=3)
    for place, batch in enumerate(drawn["batches"]):
        batch["x"] = draw.normal(1 + place, 4 - place, drawn["encoder"]["width"])
    return drawn


FEATURES = {
    "there is one batch": lambda draw: caching(draw, count=1),
    "there is one batch of one example": lambda draw: caching(draw, None, 1, None, 1),
    "every batch has one example": lambda draw: caching(draw, rows=1),
    "there is one position": lambda draw: caching(draw, length=1),
    "batches have different sizes": growing,
    "rows, positions and batches are as many": square,
    "all three dimensions are of one size": cube,
    "there are many batches": lambda draw: caching(draw, count=draw.integer(12, 20)),
}


def in_mode(draw: Draw, mode: str, **changes: Any) -> Inputs:
    """An encoder that is in this mode before."""
    return caching(draw, dropping(draw, **({"mode": mode} | changes)))


def failing(draw: Draw, mode: str, error: str = OF_ITS_OWN) -> Inputs:
    """An encoder that raises an error at some batch."""
    drawn = in_mode(draw, mode)
    return drawn | {"fails_at": draw.integer(0, len(drawn["batches"]) - 1), "fails_with": error}


MODES = {
    "the encoder is in evaluation mode": lambda draw: in_mode(draw, EVALUATING),
    "parts of the encoder are in training mode": lambda draw: in_mode(draw, MIXED),
    "a part of the encoder is in evaluation mode": lambda draw: in_mode(draw, ROOT),
    "dropout is functional": lambda draw: in_mode(draw, TRAINING, functional=True),
    "the encoder raises an error": lambda draw: failing(draw, TRAINING),
    "the encoder raises a RuntimeError": lambda draw: failing(draw, TRAINING, RUNTIME),
    "the encoder raises a ValueError": lambda draw: failing(draw, TRAINING, VALUE),
    "the encoder raises an error and is in evaluation mode": lambda draw: failing(draw, EVALUATING),
    "the encoder raises an error and parts are in training mode": lambda draw: failing(draw, MIXED),
}


def thawed(draw: Draw, **changes: Any) -> Inputs:
    """An encoder whose parameters are trainable."""
    return caching(draw, drawn_encoder(draw, **({"frozen": False} | changes)))


GRADIENT = {
    "a layer of the encoder is frozen": lambda draw: thawed(draw, frozen=True),
    "there is one batch": lambda draw: caching(draw, drawn_encoder(draw, frozen=False), count=1),
    "the encoder raises an error": lambda draw: failing(draw, TRAINING),
    "the encoder raises an error and no gradients are recorded": lambda draw: (
        failing(draw, TRAINING) | {EVALUATION: True}
    ),
}


def entries(*names: str) -> Any:
    """Picks these entries of what came."""
    return lambda given, value: {name: value[name] for name in names}


def other_modes(got: Any, want: Any) -> Finding:
    """Modes of the encoder in forward passes."""
    due = "The whole encoder in evaluation mode."
    if got == NOTHING:
        return Finding("The encoder was not used at all.", due, "never-used")
    which = "a part of the encoder" if EVALUATING in str(got) else "the encoder"
    return Finding(f"While features were computed, {which} was in training mode.", due, "dropout-on")


def modes_left(got: Any, want: Any) -> Finding:
    """Modes of the encoder afterwards."""
    how = "in evaluation mode" if got == EVALUATES else "in training mode"
    seen = (
        "Afterwards parts of the encoder were in other modes than before."
        if got == MIXED_UP
        else f"Afterwards the encoder was {how}, which not all of it was before."
    )
    return Finding(seen, "Every part in the mode that it was in, also after an error.", "mode-not-put-back")


def left_switched(got: Any, want: Any) -> Finding:
    """Torch's grad mode."""
    return Finding(
        f"Torch's grad mode was another {quoted(str(got), 80)} than before.",
        "The mode as it was, also after an error.",
        LEFT_SWITCHED,
    )


def error_kept(got: Any, want: Any) -> Finding:
    """What became of an error."""
    seen = "An error in the encoder came to nothing." if got == "none" else f"An error became {quoted(str(got), 30)}."
    return Finding(seen, "The encoder's own error.", "error-kept")


WORDS = {
    "requires": saying("What came back has a gradient.", "Numbers alone.", "requires-gradient"),
    "fed": saying(
        "A trainable layer could not learn from what came back.", "Vectors for any layer.", "cannot-be-fed"
    ),
    "modes": other_modes,
    "modes_after": modes_left,
    "grad_mode": left_switched,
    "error": error_kept,
    "flags": saying(
        "Afterwards a parameter's `requires_grad` or its gradient was another one.", "Parameters as they were.",
        "flags-changed",
    ),
    "changed": saying(
        "Afterwards a number in the encoder was another one.", "Weights and buffers as before.", "encoder-changes"
    ),
}  # fmt: skip
SAME: dict[str, Any] = {"words": WORDS, "tolerances": ROUNDING}

TESTS = HiddenTests(
    parts={
        "features": (
            Compare(
                caching,
                FEATURES,
                entries("features"),
                1,
                titles={"features": "What came back"},
                conditions=(DOUBLE, AGAIN, KEPT, EVALUATION),
                **SAME,
            ),
        ),
        "dropout": (
            Compare(lambda draw: in_mode(draw, TRAINING), MODES, entries("modes", "changed"), 0, conditions=(), **SAME),
        ),
        "mode": (
            Compare(
                lambda draw: in_mode(draw, TRAINING), MODES, entries("modes_after", "error"), 0, conditions=(), **SAME
            ),
        ),
        "no-gradient": (
            Compare(
                thawed,
                GRADIENT,
                entries("grad_mode", "requires", "fed", "flags"),
                1,
                conditions=(EVALUATION,),
                **SAME,
            ),
        ),
    },
    mistakes=mistake.all,
    otherwise={"features": "other-features"},
)
