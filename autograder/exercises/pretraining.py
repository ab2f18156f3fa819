"""Lesson 4, the pre-training loop: the statements of its exercises, and how answers are run."""

import math
from dataclasses import dataclass
from typing import Any

from autograder.calls import Call, as_float
from autograder.exercise import Difficulty, Exercise, Hint, Inputs, Part
from autograder.exercises import pretraining_cases as cases
from autograder.exercises.pretraining_models import built, described, placed, standing
from autograder.exercises.pretraining_state import CHECKPOINT, TRAIN_STEP
from autograder.exercises.pretraining_trainings import differing


@dataclass(frozen=True)
class CallWithModel(Call):
    """Calls an answer with a model that is built from plain data, and tells where its parameters are afterwards."""

    def once(self, answer: Any, inputs: Inputs) -> dict[str, Any]:
        """Which groups have each parameter, and the names of what is no longer as it was before."""
        model = built(inputs["model"])
        before = standing(model)
        groups = answer(model, inputs["weight_decay"])
        return {**placed(model, groups), "changed": differing(before, standing(model), [*before])}


DIGITS = 6
"""Behind the point: what numbers of 32 bits between 0 and 1 leave."""


def multiplier(value: Any) -> Any:
    """A number of any kind as a float, with the digits that whoever computes in 32 bits has right too."""
    number = as_float(value)
    return round(number, DIGITS) if isinstance(number, float) and math.isfinite(number) else number


run_pad_batch = Call(("sequences", "pad_id"))
run_warmup_linear = Call(("step", "warmup_steps", "total_steps"), result=multiplier)
run_parameter_groups = CallWithModel(("model", "weight_decay"), described={"model": described})
run_pretraining_loss = Call(
    ("mlm_logits", "mlm_labels", "nsp_logits", "is_next"), gradients=("mlm_logits", "nsp_logits")
)
run_masked_accuracy = Call(("logits", "labels"))

PAD_BATCH = Exercise(
    id="pretraining.pad_batch",
    title="Put sequences of any length into one batch",
    difficulty=Difficulty.EASY,
    minutes=8,
    why="A tensor has no ragged edge, so short sequences are filled up. From here on the mask alone knows what "
    "is real: "
    "where it is wrong, the model reads padding, or does not read a word.",
    parts=(
        Part("ids", "each row is its sequence from the left, filled up with pad_id to the longest of the batch", 1.5),
        Part("mask", "the mask is True at the tokens of each sequence, whichever they are, and False behind them", 1.5),
        Part("refused", "an empty list of sequences raises a ValueError", 0.5),
    ),
    hints=(
        Hint(
            "expected sequence of length 3 at dim 1 (got 2)",
            "`torch.tensor` takes rows of one length only. Fill each up first, or begin with a tensor that is all "
            "`pad_id` and write each sequence over the beginning of its row.",
        ),
        Hint(
            "my mask is wrong where a sequence contains pad_id",
            "Whether a place is real cannot be read off the ids. It follows from one number a row: how long its "
            "sequence is.",
        ),
        Hint(
            "an empty sequence stops my code, or makes my ids floats",
            "`torch.tensor([])` has no number to tell its type by; `dtype=` says it. A row without a token is all "
            "padding, and a batch may consist of such rows alone.",
        ),
    ),
    defines=("bertkit.data.batches:pad_batch",),
    run=run_pad_batch,
    visible=cases.PAD_BATCH,
)

WARMUP_LINEAR = Exercise(
    id="pretraining.warmup_linear",
    title="Let the learning rate rise and fall",
    difficulty=Difficulty.EASY,
    minutes=8,
    why="Early gradients point anywhere, and a full step along them can throw a model off for good. Late ones are "
    "mostly noise, which small steps average out.",
    parts=(
        Part("rise", "during the warm-up the multiplier is the share of the warm-up that is done", 1),
        Part("fall", "after the warm-up it falls linearly from 1, so that it would be 0 at total_steps", 1.5),
        Part("end", "from total_steps on it is 0, whatever the warm-up is", 0.5),
        Part("refused", "a negative number, and a warm-up longer than all steps, raise a ValueError", 0.5),
    ),
    hints=(
        Hint(
            "I do not know where to begin",
            "There are three stretches: before the warm-up's end, between it and the last step, and from there on. "
            "Which of them has a step is a matter of two comparisons.",
        ),
        Hint(
            "my multiplier jumps when the warm-up ends",
            "The fall begins at 1 where the warm-up ends, not at step 0. How many steps does it take, and how many of "
            "them are left?",
        ),
        Hint(
            "ZeroDivisionError",
            "A warm-up may have no steps, and none may come after it. Which test comes first? With `total_steps` equal "
            "to `step`, nothing is left to be divided.",
        ),
    ),
    defines=("bertkit.training.optimization:warmup_linear",),
    run=run_warmup_linear,
    visible=cases.WARMUP_LINEAR,
)

PARAMETER_GROUPS = Exercise(
    id="pretraining.parameter_groups",
    title="Decide what decays",
    difficulty=Difficulty.MEDIUM,
    minutes=20,
    why="Weight decay pulls numbers towards 0. For a matrix that is modesty; for a bias or the scale of a layer "
    "norm it "
    "is a mistake, since these have no reason to be near 0. And a parameter that is in no group never learns.",
    parts=(
        Part("spared", "biases and the parameters of `nn.LayerNorm` are in a group with `weight_decay` 0", 1.5),
        Part("decayed", "all other trained parameters are in a group with the `weight_decay` that was asked for", 1.5),
        Part("once", "every trained parameter is in one group, once, also where it has several names", 1),
        Part("untouched", "frozen parameters are in no group, and the model is as it was", 0.5),
    ),
    hints=(
        Hint(
            "how do I tell the parameters of a layer norm?",
            "By the module that has them, not by a name: `model.modules()` gives every module, `isinstance` says what "
            "it is, and `parameters(recurse=False)` what stands in it directly. A set of `id(parameter)` remembers "
            "them.",
        ),
        Hint(
            "a weight that is no bias does not decay",
            "A dotted name such as `bias.weight` or `unbiased` contains the word, too. The parameter's own name "
            "is what "
            "follows the last dot, and what the docstring says of biases is about that alone.",
        ),
        Hint(
            "some parameters appear in more than one parameter group",
            "A tied parameter is one object with two names, and a bias of a layer norm is spared for two reasons. Go "
            "through `named_parameters()`, which gives each once, and decide there where it goes.",
        ),
    ),
    defines=("bertkit.training.optimization:parameter_groups",),
    run=run_parameter_groups,
    visible=cases.PARAMETER_GROUPS,
    entries=cases.ENTRIES_OF_GROUPS,
)

PRETRAINING_LOSS = Exercise(
    id="pretraining.pretraining_loss",
    title="Add both objectives up",
    difficulty=Difficulty.EASY,
    minutes=10,
    why="One number goes backward, so one line decides how much each objective counts. A convention of one that leaks "
    "into the other, such as a label that is left out, is seen in no curve but theirs.",
    parts=(
        Part("sum", "the loss is the sum of both means, unweighted", 1.5),
        Part("mlm", "what reaches the scores of tokens is the gradient of the MLM loss", 1),
        Part("nsp", "what reaches the scores of pairs is the gradient of the NSP loss", 1),
        Part("empty", "where nothing was selected the MLM loss is 0, and all zeros go back to the scores", 0.5),
    ),
    hints=(
        Hint(
            "I do not know where to begin",
            "You have written both losses. If they are not here: the mean cross-entropy over the positions with a "
            "label, and the mean cross-entropy over the pairs. Then there is a `+`.",
        ),
        Hint(
            "NSP stays at chance although the loss falls",
            "Class 0 is a class. Whatever leaves out labels in the MLM loss has nothing to do with the pairs. "
            "And which "
            "of the two is class 0? `True` is 1 as a number.",
        ),
        Hint(
            "now and then the loss is nan",
            "A batch in which nothing was selected has no position to take a mean over: the sum divided by the number "
            "of labels is 0 / 0. What may you divide by instead, so that the loss is 0 and still hangs on the scores?",
        ),
    ),
    defines=("bertkit.objectives.joint:pretraining_loss",),
    stands_on=("bertkit.objectives.mlm:mlm_loss", "bertkit.objectives.nsp:nsp_loss"),
    run=run_pretraining_loss,
    visible=cases.PRETRAINING_LOSS,
)

MASKED_ACCURACY = Exercise(
    id="pretraining.masked_accuracy",
    title="Count what was predicted right",
    difficulty=Difficulty.EASY,
    minutes=8,
    why="Batches have different numbers of labels, so a mean of their accuracies is the accuracy of nothing. Two "
    "counts "
    "can be added up over as many batches as you like.",
    parts=(
        Part(
            "correct", "the first number counts the labelled positions at which the highest score is the label's", 1.5
        ),
        Part("total", "the second number counts the positions whose label is not -100", 1),
    ),
    hints=(
        Hint(
            "which token does the model predict?",
            "The one with the highest score. `argmax` gives its place; along which dimension do the tokens lie, "
            "however many there are in front of it?",
        ),
        Hint(
            "my accuracy is far too low, or far too high",
            "Positions with -100 are neither right nor wrong: they have to be missing from both numbers, and from "
            "nothing else. 0 is a token.",
        ),
        Hint(
            "what came back are tensors",
            "A sum of a mask is a tensor with one number in it. `int` takes it out, and `item` does too.",
        ),
    ),
    defines=("bertkit.evaluation.metrics:masked_accuracy",),
    run=run_masked_accuracy,
    visible=cases.MASKED_ACCURACY,
)

EXERCISES = (
    PAD_BATCH,
    WARMUP_LINEAR,
    PARAMETER_GROUPS,
    PRETRAINING_LOSS,
    TRAIN_STEP,
    MASKED_ACCURACY,
    CHECKPOINT,
)
