"""Lesson 4, the pre-training loop: the exercises that change a training, a step of it and its checkpoint."""

from autograder.exercise import Difficulty, Exercise, Hint, Part
from autograder.exercises import pretraining_state_cases as cases
from autograder.exercises.pretraining_checkpoints import run_checkpoint
from autograder.exercises.pretraining_steps import run_train_step

PRELOAD = ("torch._dynamo",)
"""An optimiser imports it when it is first used."""

TRAIN_STEP = Exercise(
    id="pretraining.train_step",
    title="Take one step of training",
    difficulty=Difficulty.MEDIUM,
    minutes=15,
    why="A large batch that fits no memory is taken in micro-batches, and must come to the same step. Whatever is "
    "wrong in these few lines still trains, only worse: no error tells you.",
    parts=(
        Part("gradients", "the optimiser gets the gradients of the mean loss, whatever was in `.grad` before", 2),
        Part("clipped", "they are clipped once, after the last micro-batch, by their norm over all parameters", 1.5),
        Part("order", "the optimiser steps once, then the scheduler, once", 1),
        Part("mode", "the model is in training mode in every forward pass", 0.5),
        Part("loss", "what comes back is the mean of the losses, a Python float", 0.5),
    ),
    hints=(
        Hint(
            "I do not know where to begin",
            "Write it for a single micro-batch first: which five things happen between the forward pass and the next "
            "batch, in which order? Then ask of each whether it belongs inside the loop or outside.",
        ),
        Hint(
            "my weights move too far with several micro-batches",
            "`backward` adds to what stands in `.grad`. After n of them there is a sum of n gradients, and the mean is "
            "asked for: what has to become of each loss before?",
        ),
        Hint(
            "the first step is right and the second is not",
            "What was in `.grad` before belongs to another step. It has to go before the first `backward`, from all "
            "that the optimiser has, and from nothing in between.",
        ),
        Hint(
            "my loss is a tensor, or memory grows with each step",
            "A tensor with a history keeps all of it. `item` gives its number; take it after `backward`.",
        ),
    ),
    defines=("bertkit.training.optimization:train_step",),
    run=run_train_step,
    preload=PRELOAD,
    visible=cases.TRAIN_STEP,
    entries=cases.ENTRIES_OF_A_STEP,
)

CHECKPOINT = Exercise(
    id="pretraining.checkpoint",
    title="Stop, and go on as if nothing had happened",
    difficulty=Difficulty.HARD,
    minutes=30,
    why="A training of days is interrupted. What a checkpoint forgets (the moments of Adam, where the schedule stood, "
    "the next random number) is not missed at once: the loss curve has a kink, and nobody knows why.",
    parts=(
        Part("goes-on", "after a load, training goes on exactly as if it had never stopped", 3),
        Part("whole", "a save that dies half-way leaves the old file or the new one", 1.5),
        Part("no-code", "loading runs no code from the file", 1),
        Part("refused", "a file that is missing or no whole checkpoint raises a ValueError that names it", 1),
        Part("untouched", "saving changes nothing, and the model's mode stays as it was", 0.5),
    ),
    hints=(
        Hint(
            "what do I have to save?",
            "Whatever decides the next step. The three objects have `state_dict` and `load_state_dict`; dropout draws "
            "from torch's random state, which has a `get` and a `set` of its own; and where you are is a number.",
        ),
        Hint(
            "the first steps after a load are right, and then they drift",
            "Compare learning rates, then the moments of the optimiser, then a random number drawn right after the "
            "load. Does anything draw once the random state has been set?",
        ),
        Hint(
            "how can a save not destroy the old file?",
            "Never open `path` itself for writing. What is written under another name *in the same folder* can take "
            "its place in a single moment: look for that in `os`.",
        ),
        Hint(
            "how can loading run code?",
            "A pickle may name any function and have it called. Read what torch's `load` says of `weights_only`; or "
            "take a format that has numbers and texts only.",
        ),
        Hint(
            "which exceptions come of a damaged file?",
            "Many kinds, from torch, zip, JSON or your own lines, and none of them is promised. Whatever it is: one "
            "ValueError with the path should come of it. `raise … from …` keeps the cause.",
        ),
    ),
    defines=("bertkit.training.state:save_checkpoint", "bertkit.training.state:load_checkpoint"),
    run=run_checkpoint,
    preload=PRELOAD,
    stands_on=(
        *("bertkit.atomic:READABLE", "bertkit.atomic:replacing"),
        *("bertkit.training.state:HEADER", "bertkit.training.state:pack", "bertkit.training.state:unpack"),
    ),
    visible=cases.CHECKPOINT,
    entries=cases.ENTRIES_OF_A_CHECKPOINT,
)
