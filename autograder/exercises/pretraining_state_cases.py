"""Lesson 4, a step of training and its checkpoint: what a class's check tries beside the docstrings' examples."""

from functools import partial
from typing import Any

import torch

from autograder.exercise import Inputs, VisibleCase
from autograder.exercises.pretraining_checkpoints import CODE, DAMAGE, DIE, RESUME
from autograder.exercises.pretraining_trainings import EVALUATION, MIXED, TRAINING, Plan


def plan(seed: int = 0, **changes: Any) -> Plan:
    """A small training, the same every time."""
    usual: Plan = {
        "features": 3,
        "hidden": 4,
        "layers": 1,
        "normalised": "by row",
        "dropout": 0.0,
        "tied": False,
        "frozen": False,
        "spare": False,
        "extra": False,
        "optimizer": "AdamW",
        "schedule": "LambdaLR",
        "rate": 0.05,
        "decay": 0.1,
        "groups": 1,
        "weights": torch.randn(61, generator=torch.Generator().manual_seed(seed)),
    }
    return usual | changes


# -------------------------------------------------------------------------------------------------------- train_step


def stepping(batches: int = 3, norm: float = 1e4, stale: float = 0.0, mode: str = EVALUATION, **changes: Any) -> Inputs:
    """A step on so many micro-batches of four rows."""
    own: dict[str, Any] = {"optimizer": "SGD", "decay": 0.0} | changes
    numbers = torch.Generator().manual_seed(batches)
    return {
        "training": plan(**own),
        "micro_batches": [
            {name: torch.randn(4, 3, generator=numbers) * (1 + place) for name in ("targets", "x")}
            for place in range(batches)
        ],
        "max_grad_norm": norm,
        "stale": stale,
        "mode": mode,
    }


TRAIN_STEP = (
    VisibleCase("there is one micro-batch", partial(stepping, 1, mode=TRAINING)),
    VisibleCase("there are three micro-batches", partial(stepping, mode=TRAINING)),
    VisibleCase("the model is in evaluation mode before", partial(stepping, normalised="by batch")),
    VisibleCase("there are gradients from before", partial(stepping, stale=7.0)),
    VisibleCase("the optimiser has a parameter that the model has not", partial(stepping, stale=7.0, extra=True)),
    VisibleCase("a parameter is not used by the loss", partial(stepping, stale=7.0, spare=True)),
    VisibleCase("the norm is clipped", partial(stepping, norm=0.5)),
    VisibleCase("the norm is just above the largest that is allowed", partial(stepping, 2, norm=5.0)),
    VisibleCase("there is dropout", partial(stepping, dropout=0.4, mode=MIXED)),
    VisibleCase("the optimiser is AdamW with two groups", partial(stepping, optimizer="AdamW", decay=0.1, groups=2)),
)
ENTRIES_OF_A_STEP = {
    "kind": (
        "What came back is no Python float.",
        "The mean loss as a Python float.",
        "A tensor, a list or nothing came back.",
        "What you return, and whether `item` has made a number of it.",
    ),
    "order": (
        "The optimiser and the scheduler did not step once each, in that order.",
        "One step of the optimiser, then one of the scheduler.",
        "A step is missing, comes too early, or is taken once for each micro-batch.",
        "Every call of `step`: is it inside or outside of the loop?",
    ),
    "modes": (
        "The model, or a part of it, was not in training mode in a forward pass.",
        "Training mode in every forward pass.",
        "Whoever called you may have evaluated the model just before.",
        "Which mode the model is in when it is first called.",
    ),
    "gradients": (
        "At its step the optimiser had other gradients than it should have.",
        "The gradients of the mean loss, clipped once.",
        "`backward` adds up, and whatever is cleared, divided or clipped at the wrong moment is lost or left over.",
        "Where `.grad` is cleared, what each loss is divided by, and what is clipped when.",
    ),
}

# --------------------------------------------------------------------------------------------------------- checkpoint


def checkpoint(does: str, damage: str = "none", share: float = 0.5, **changes: Any) -> Inputs:
    """What is done with a checkpoint."""
    usual: Inputs = {
        "does": does,
        "name": "training-7421.state",
        "as_text": False,
        "training": plan(normalised="by batch", dropout=0.2, tied=True, layers=2, frozen=True),
        "earlier": None,
        "steps": 3,
        "step": 3,
        "taken": 0,
        "seed": 5,
        "mode": MIXED,
        "other_mode": EVALUATION,
        "moved": False,
        "loads": 1,
    }
    return usual | ({"damage": damage, "share": share} if does == DAMAGE else {}) | changes


def damaged(title: str, kind: str, share: float = 0.5) -> VisibleCase:
    """A file that is no whole checkpoint."""
    return VisibleCase(title, partial(checkpoint, DAMAGE, kind, share), raises="training-7421.state")


CHECKPOINT = (
    VisibleCase("training goes on", partial(checkpoint, RESUME)),
    VisibleCase(
        "nothing was trained before the save", partial(checkpoint, RESUME, steps=0, step=0, taken=1, as_text=True)
    ),
    VisibleCase("training goes on from a file that was moved", partial(checkpoint, RESUME, moved=True, loads=2)),
    VisibleCase("a save may die at any moment", partial(checkpoint, DIE, earlier=plan(1, hidden=12))),
    VisibleCase("a file may name code", partial(checkpoint, CODE)),
    damaged("there is no file", "missing"),
    damaged("the file is empty", "empty"),
    damaged("the file is cut short", "cut"),
    damaged("nearly all of the file is there", "cut", 0.95),
    damaged("the file is a text", "text"),
    damaged("the file is another one of torch's", "torch"),
    damaged("the file is another one of safetensors", "safetensors"),
)
ENTRIES_OF_A_CHECKPOINT = {
    "step": (
        "The load did not return the step that was saved.",
        "The number that `save_checkpoint` was given.",
        "It is not saved, not returned, or something is added to it.",
        "What `load_checkpoint` returns.",
    ),
    "lost": (
        "After the load, something was not what it had been at the save.",
        "The model, the optimiser, the scheduler and torch's random state as they were.",
        "A part of the state is not saved, or not brought back, or changes again during the load.",
        "Parameters, buffers, optimiser, scheduler, random state: where each is saved, and where it is loaded.",
    ),
    "same": (
        "The two trainings, the one that went on and the one that was loaded, did not take the same steps.",
        "The same steps, bit by bit.",
        "What was loaded does not hang together, or lost digits on the way.",
        "Whether the optimiser still changes the model's own parameters, and the types of what is saved.",
    ),
    "touched": (
        "The save changed something: numbers, gradients, or the random state.",
        "Everything as it was.",
        "Saving reads, and does nothing else.",
        "Every call in `save_checkpoint` that clears, moves or draws.",
    ),
    "modes": (
        "The model's mode, or that of a part of it, was switched.",
        "Every module in the mode that it was in.",
        "`train` and `eval` switch all parts of a model at once.",
        "Whether either function has to switch a mode at all.",
    ),
    "written": (
        "After the save, there was no file at the path.",
        "One file, at the path that was given.",
        "It was written somewhere else: some functions add an ending to a name.",
        "In which folder the file is written, and under which name.",
    ),
    "loads": (
        "A whole checkpoint was refused, or could not be loaded once it was moved.",
        "A load of whatever `save_checkpoint` has saved, wherever the file is.",
        "The two functions do not agree, or a part is kept somewhere else than in the file.",
        "What each kind of value becomes in the file, and every place that `load_checkpoint` reads from.",
    ),
    "in_place": (
        "The save wrote into the file that was there.",
        "At every moment one whole file: the old one, and from some moment on the new one.",
        "What is written straight to `path` can be left half done.",
        "Which file is opened for writing, and how it comes to stand at `path`.",
    ),
    "moments": (
        "During the save there was a moment at which neither the old file nor the new one stood at the path.",
        "At every moment the one or the other.",
        "The file is removed, moved away or written to before the new one is whole.",
        "In which line `path` itself is first changed, and what is still to be done then.",
    ),
    "deaths": (
        "A save that came to a full disk left neither the old file nor the new one.",
        "The one or the other.",
        "Something takes the place of the old file although writing it has failed.",
        "`except` and `finally` in `save_checkpoint`: what do they do when writing fails?",
    ),
    "elsewhere": (
        "The file came from the folder for temporary files.",
        "A file that was written in the folder where it is to stand.",
        "A file that comes from another disk is copied piece by piece, or does not come at all.",
        "Where the temporary file is made.",
    ),
    "runs": (
        "Loading ran whatever code the file names.",
        "Nothing run, whoever wrote the file.",
        "A pickle may name any function and have it called; `eval` runs whatever it is given.",
        "What reads the file in `load_checkpoint`, and what it may do with what it finds.",
    ),
}
