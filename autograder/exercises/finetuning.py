"""Lesson 6, fine-tuning: the statements of its exercises, and how answers are run."""

from autograder.exercise import Difficulty, Exercise, Hint, Part
from autograder.exercises import finetuning_cases as cases
from autograder.exercises.finetuning_frozen import run_cache_features, run_frozen_encoder

FROZEN_ENCODER = Exercise(
    id="finetuning.FrozenEncoder",
    title="Keep an encoder as it is",
    difficulty=Difficulty.MEDIUM,
    minutes=12,
    why="A frozen encoder is used as a dictionary: the same text gives the same vectors, in every epoch and for every "
    "task. One call of `train()` on the model around it is enough to undo that, and no error tells.",
    parts=(
        Part("dropout", "dropout is off in every forward pass, also after `.train()` on it or on a model around it", 2),
        Part(
            "no-gradient", "what comes back has no gradient, can be fed to a trainable layer, and leaves no trace", 1.5
        ),
        Part("frozen", "none of its parameters is trainable, and the encoder is one of its parts", 1),
        Part("output", "all arguments reach the encoder, and what that returns comes back, of any type", 1),
    ),
    hints=(
        Hint(
            "I do not know where to begin",
            "Three things are separate in torch: whether a parameter may be trained (`requires_grad`), whether a "
            "forward pass is recorded (a context), and which mode a module is in. Each needs a line of its own.",
        ),
        Hint(
            "dropout is on again when I train the model",
            "`model.train()` calls `train(True)` of every part, and so of yours. A class may have a `train` of its "
            "own; torch's takes a mode and returns the module.",
        ),
        Hint(
            "the output still has a gradient, although the parameters are frozen",
            "Frozen parameters want no gradient; an input may want one, and it would go all the way through. The "
            "context around the call decides what is recorded. Of the two that torch has, one makes tensors that no "
            "training can use.",
        ),
        Hint(
            "how do I pass on arguments that I do not know?",
            "`*args` gathers those without a name and `**kwargs` those with one. The same two signs in a call spread "
            "them again.",
        ),
    ),
    defines=("bertkit.model.freeze:FrozenEncoder",),
    run=run_frozen_encoder,
    visible=cases.FROZEN_ENCODER,
    entries=cases.ENTRIES_OF_FROZEN,
)

CACHE_FEATURES = Exercise(
    id="finetuning.cache_features",
    title="Ask a frozen encoder once",
    difficulty=Difficulty.MEDIUM,
    minutes=12,
    why="An encoder that never changes gives the same vectors in every epoch. Whoever keeps them pays for it once, and "
    "trains a classifier in seconds.",
    parts=(
        Part("features", "each row is the vector at position 0 of an example, in order, all batches in one tensor", 2),
        Part("dropout", "the whole encoder is in evaluation mode while it runs", 1),
        Part("mode", "afterwards each part of the encoder is in the mode that it was in, also after an error", 1.5),
        Part(
            "no-gradient", "the result has no gradient and can be fed to a trainable layer; nothing is left switched", 1
        ),
    ),
    hints=(
        Hint(
            "I do not know where to begin",
            "Collect one tensor for each batch in a list; what puts tensors of different lengths one below the other? "
            "A batch is a dict of arguments, which `**` turns into a call.",
        ),
        Hint(
            "which dimension is the position?",
            "The encoder returns (B, T, H). Keep all examples and all features, and of the positions the first. An "
            "index takes its dimension away, a slice keeps it.",
        ),
        Hint(
            "how do I leave the mode as it was, whatever happens?",
            "Whatever has to happen in any case stands in a `finally`, or in a `with` statement that somebody has "
            "written so. And `train(mode)` sets every part of a module alike: what if a part was in evaluation mode, "
            "as a frozen one is?",
        ),
    ),
    defines=("bertkit.model.freeze:cache_features",),
    stands_on=("bertkit.model.freeze:put_back", "bertkit.model.freeze:evaluation_mode"),
    run=run_cache_features,
    visible=cases.CACHE_FEATURES,
    entries=cases.ENTRIES_OF_FEATURES,
)

EXERCISES = (FROZEN_ENCODER, CACHE_FEATURES)
