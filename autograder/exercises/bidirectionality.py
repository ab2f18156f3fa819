"""Lesson 1, why next-token prediction breaks: the statements of its exercises, and how answers are run."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

from autograder.calls import Call
from autograder.exercise import Difficulty, Exercise, Hint, Inputs, Part
from autograder.exercises import bidirectionality_cases as cases
from autograder.exercises.bidirectionality_functions import Built, built, described

run_causal_mask = Call(("seq_len",))
run_attention = Call(("query", "key", "value", "mask"), gradients=("query", "key", "value"), optional=("mask",))
run_next_token_labels = Call(("input_ids", "attention_mask"))
run_visible_targets = Call(("influence",))


@dataclass(frozen=True)
class CallWithFunction(Call):
    """Calls an answer with a function that is built from plain data, and looks at what was left changed."""

    def once(self, answer: Any, inputs: Inputs) -> dict[str, Any]:
        """What came back, and the names of what is no longer as it was before."""
        function = built(inputs["fn"])
        x: Tensor = inputs["x"].detach().requires_grad_(inputs["x_requires_grad"])
        x.grad = torch.ones_like(x) if inputs["x_has_gradient"] else None
        before = standing(function, x)
        influence = answer(function.call, x)
        after = standing(function, x)
        changed = [name for name, value in before.items() if not equal(value, after[name])]
        return {"influence": influence, "changed": changed}


def standing(function: Built, x: Tensor) -> dict[str, Any]:
    """What an answer has to leave as it is, by what a learner calls it."""
    modules = function.call.modules() if isinstance(function.call, nn.Module) else ()
    return {
        "`x.grad`": gradient_of(x),
        "`x.requires_grad`": x.requires_grad,
        "the `.grad` of parameters": [gradient_of(each) for each in function.parameters],
        "`requires_grad` of parameters": [each.requires_grad for each in function.parameters],
        "the numbers in parameters": [each.detach().clone() for each in function.parameters],
        "the mode of the module": [each.training for each in modules],
    }


def equal(left: Any, right: Any) -> bool:
    """Whether two such values are the same."""
    if isinstance(left, list):
        return len(left) == len(right) and all(map(equal, left, right))
    if isinstance(left, Tensor) and isinstance(right, Tensor):
        return torch.equal(left, right)
    return left is right


def gradient_of(tensor: Tensor) -> Tensor | None:
    """A copy of what has been added up in `.grad`."""
    return None if tensor.grad is None else tensor.grad.clone()


run_influence = CallWithFunction(("fn", "x"), described={"fn": described})

CAUSAL_MASK = Exercise(
    id="bidirectionality.causal_mask",
    title="Hide the future",
    difficulty=Difficulty.EASY,
    minutes=5,
    why="This triangle is all that makes a model read from left to right. The same layers without it see the word that "
    "they are asked for.",
    parts=(
        Part("triangle", "position i may attend to position j exactly if j is not after i", 2),
        Part("refused", "a length below 1 raises a ValueError that contains it", 0.5),
    ),
    hints=(
        Hint(
            "I do not know which way round the triangle goes",
            "A row is a position that looks, a column one that is looked at. Write down row 0 by hand: what may the "
            "very first word look at?",
        ),
        Hint(
            "my numbers are right and the type is not",
            "A mask answers a question of yes or no at every place. Torch's functions that make tensors take `dtype=`, "
            "and a comparison gives booleans by itself.",
        ),
        Hint(
            "how do I do it without two loops?",
            "`torch.arange` numbers the positions. Stand it up as a column and lay it down as a row: comparing the two "
            "compares every pair.",
        ),
    ),
    defines=("bertkit.model.attention:causal_mask",),
    run=run_causal_mask,
    visible=cases.CAUSAL_MASK,
)

ATTENTION = Exercise(
    id="bidirectionality.attention",
    title="Let every position look at others",
    difficulty=Difficulty.MEDIUM,
    minutes=20,
    why="Everything that one word learns of another passes through these few lines. Where a mask leaks here, no loss "
    "curve says so: it only looks too good.",
    parts=(
        Part("weights", "the weights are the softmax of q·k / sqrt(d) over the keys", 1.5),
        Part(
            "mask", "a key that is not allowed weighs exactly 0; where none is, all weights and the output are 0", 1.5
        ),
        Part("output", "with any mask and any scores, the output mixes the values by these weights", 1),
        Part("gradient", "output and weights can be differentiated, also where nothing is allowed", 1),
    ),
    hints=(
        Hint(
            "my shapes do not fit",
            "Only the last two dimensions take part. `transpose(-2, -1)` turns those and leaves any batch alone, and "
            "`@` multiplies matrices in the last two dimensions of whatever stands in front.",
        ),
        Hint(
            "my weights do not add up to 1 under a mask",
            "The mask has to act *before* the softmax: a score so low that nothing is left of it. Setting weights to 0 "
            "afterwards leaves too little for the others.",
        ),
        Hint(
            "nan, where a position may attend to nothing",
            "The softmax of nothing but minus infinity is 0 / 0, and where you repair the value, its gradient may "
            "still be nan. With the lowest finite number of the type (`torch.finfo`) the softmax stays a number, "
            "which you can then set to 0.",
        ),
    ),
    defines=("bertkit.model.attention:attention",),
    run=run_attention,
    visible=cases.ATTENTION,
)

NEXT_TOKEN_LABELS = Exercise(
    id="bidirectionality.next_token_labels",
    title="Say what comes next",
    difficulty=Difficulty.EASY,
    minutes=8,
    why="A language model reads one text and is marked on the same text, one place further on. Off by one place, it is "
    "asked for the word that it was just given, and the loss falls to zero.",
    parts=(
        Part("next", "the label is the token one place further on, wherever a real one stands there", 2),
        Part("ignored", "the label is -100 at the last real token of a row and at padding", 1),
    ),
    hints=(
        Hint(
            "which way do I shift?",
            "The label at position 0 is the token at position 1. So the labels are the ids without their first column, "
            "and something has to fill the last.",
        ),
        Hint(
            "the last real token of a short row is asked for [PAD]",
            "Whether a position has a label depends on what stands *after* it. Look at the mask one place further on, "
            "too.",
        ),
        Hint(
            "the last column gets the first token of the row",
            "`roll` goes around the end. Begin with a tensor full of -100, and fill in what is known.",
        ),
    ),
    defines=("bertkit.objectives.next_token:next_token_labels",),
    run=run_next_token_labels,
    equivalents=("bertkit.objectives.mlm:mlm_labels",),
    visible=cases.NEXT_TOKEN_LABELS,
)

INFLUENCE = Exercise(
    id="bidirectionality.influence",
    title="Measure who sees whom",
    difficulty=Difficulty.HARD,
    minutes=25,
    why="What a model can see is no matter of opinion: an output depends on an input, or its derivative is exactly 0. "
    "This finds every leak, whatever path it takes.",
    parts=(
        Part("depends", "an entry is True exactly if some derivative of that output by that input is not 0", 3),
        Part("untouched", "gradients, parameters and modes are afterwards what they were before", 1),
    ),
    hints=(
        Hint(
            "how do I get a derivative of one number?",
            "`torch.autograd.grad(number, inputs)` gives the derivatives of one number by everything in `inputs`, if "
            "`inputs` required a gradient when the function was called. Unlike `backward` it adds nothing to `.grad`.",
        ),
        Hint(
            "an output that surely depends on a row shows no gradient",
            "If you add features up before you differentiate, what one of them gains another may lose: a softmax over "
            "features always sums to 1. Ask about each feature by itself.",
        ),
        Hint(
            "it stops with an error for some functions",
            "A result may not depend on the input at all: then it has no gradient, or `grad` says that the input was "
            "not used. Both mean False, and `allow_unused=True` gives None for the second.",
        ),
    ),
    defines=("bertkit.evaluation.influence:influence",),
    run=run_influence,
    visible=cases.INFLUENCE,
    entries=cases.ENTRIES_OF_INFLUENCE,
)

VISIBLE_TARGETS = Exercise(
    id="bidirectionality.visible_targets",
    title="Name the positions that can cheat",
    difficulty=Difficulty.EASY,
    minutes=5,
    why="A position that sees its own target has nothing to predict. One look at these says whether a loss means "
    "anything.",
    parts=(
        Part("seen", "a position is True exactly if its output depends on the token after it", 2),
        Part("last", "the last position, which has no target, is False", 0.5),
    ),
    hints=(
        Hint(
            "which entry of the matrix do I need?",
            "Output t is a row, and its target is token t + 1. Mark those places in a small matrix by hand: what line "
            "do they form?",
        ),
        Hint(
            "I have one value too few",
            "There are T - 1 targets and T positions. The last position gets an answer, too.",
        ),
        Hint(
            "how do I read a diagonal?",
            "`torch.diagonal` has an argument `offset`: 0 is the main one, and the sign says on which side of it to "
            "read.",
        ),
    ),
    defines=("bertkit.evaluation.influence:visible_targets",),
    run=run_visible_targets,
    visible=cases.VISIBLE_TARGETS,
)

EXERCISES = (CAUSAL_MASK, ATTENTION, NEXT_TOKEN_LABELS, INFLUENCE, VISIBLE_TARGETS)
