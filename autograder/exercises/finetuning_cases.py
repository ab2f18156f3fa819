"""Lesson 6, fine-tuning: what a class's check tries beside the examples of the docstrings."""

from functools import partial
from typing import Any

import torch
from torch import Tensor

from autograder.calls import BEFORE, EVALUATION, KEPT
from autograder.exercise import Inputs, VisibleCase
from autograder.exercises.finetuning_encoders import Plan
from autograder.exercises.finetuning_frozen import EVAL, TRAIN, TRAIN_AROUND
from autograder.exercises.finetuning_runs import ALL, FROZEN
from autograder.exercises.pretraining_trainings import EVALUATION as EVALUATING
from autograder.exercises.pretraining_trainings import MIXED, ROOT, TRAINING

# ------------------------------------------------------------------------------------------------------ FrozenEncoder


def numbers(seed: int, *shape: int) -> Tensor:
    """The same every time."""
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed)).round(decimals=1)


def encoder(**changes: Any) -> Plan:
    """A small encoder, the same every time."""
    usual: Plan = {
        "width": 3,
        "hidden": 4,
        "normalised": "by row",
        "dropout": 0.0,
        "functional": False,
        "output": "a tensor",
        "frozen": False,
        "mode": TRAINING,
        "weights": numbers(1, 71),
    }
    return usual | changes


def freezing(
    *prepared: str, passing: str = "some by name", records: bool = False, fails: bool = False, **changes: Any
) -> Inputs:
    """Four rows go through a frozen encoder."""
    return {
        "encoder": encoder(**changes),
        "x": numbers(2, 4, 3),
        "scale": 1.5,
        "shift": numbers(3, 3),
        "passing": passing,
        "prepared": [*prepared],
        "records": records,
        "fails": fails,
    }


FROZEN_ENCODER = (
    VisibleCase("the encoder has dropout", partial(freezing, dropout=0.5)),
    VisibleCase("`.train()` was called on it", partial(freezing, TRAIN, dropout=0.5)),
    VisibleCase("`.train()` was called on a model around it", partial(freezing, TRAIN_AROUND, dropout=0.5)),
    VisibleCase(
        "it was evaluated and trained, and dropout is functional",
        partial(freezing, EVAL, TRAIN, dropout=0.5, functional=True),
    ),
    VisibleCase("the encoder has a batch norm", partial(freezing, TRAIN, normalised="by batch")),
    VisibleCase("the input asks for a gradient", partial(freezing, records=True)),
    VisibleCase("the encoder raises an error", partial(freezing, fails=True)),
    VisibleCase("gradients are off and the encoder raises an error", lambda: freezing(fails=True) | {EVALUATION: True}),
    VisibleCase("the encoder returns a tuple", partial(freezing, records=True, output="a tuple")),
    VisibleCase("the encoder returns a dict", partial(freezing, records=True, output="a dict of its own class")),
    VisibleCase("the encoder returns an object", partial(freezing, output="a dataclass")),
    VisibleCase("arguments are passed by position", partial(freezing, passing="two by position")),
    VisibleCase("arguments are passed by name", partial(freezing, passing="all by name")),
    VisibleCase("a layer of the encoder is frozen", partial(freezing, frozen=True, mode=MIXED)),
)
ENTRIES_OF_FROZEN = {
    "module": (
        "What came back is no module.",
        "An `nn.Module`.",
        "The class is made from something else than `nn.Module`.",
        "The first line of your class.",
    ),
    "modes": (
        "In a forward pass the encoder, or a part of it, was in training mode.",
        "Evaluation mode in every forward pass.",
        "A mode that is set from above reaches every part of a module.",
        "What `train` does to a module's parts, and when the encoder is switched.",
    ),
    "chained": (
        "`.train()` or `.eval()` did not return the module.",
        "The module itself.",
        "Whoever overrides `train` has to return what torch's own returns.",
        "What your `train` returns, and your `eval`.",
    ),
    "changed": (
        "A weight or a buffer of the encoder is another one than before.",
        "Everything in the encoder as it was.",
        "A batch norm in training mode writes its statistics, or something in your code writes.",
        "The encoder's mode in forward passes.",
    ),
    "requires": (
        "What `forward` returned has a gradient to the input or to the encoder.",
        "No gradient.",
        "A frozen parameter needs no gradient, and the input may still want one.",
        "What is open around the encoder's call: `with` blocks and decorators.",
    ),
    "fed": (
        "A trainable layer could not learn from what `forward` returned.",
        "Vectors that can be fed to any layer.",
        "There is a context that forbids any later use in a training.",
        "What is open around the encoder's call: `with` blocks and decorators.",
    ),
    "grad_mode": (
        "Torch's grad mode was another than before the call.",
        "The mode as it was, also after an error.",
        "The mode is switched by a call, and not or wrongly put back.",
        "What puts the mode back where the encoder raises an error.",
    ),
    "error": (
        "An error in the encoder did not reach the caller.",
        "The encoder's own error.",
        "It was caught on the way.",
        "Every `except` of yours.",
    ),
    "form": (
        "`forward` returned another type than the encoder does.",
        "What the encoder returned, as it is.",
        "The output was taken apart, or is treated as if it were a tensor.",
        "What your `forward` does with what the encoder gave it.",
    ),
    "values": (
        "`forward` returned other numbers than the encoder does.",
        "The encoder's own numbers.",
        "Arguments are lost on the way, or the encoder is in training mode.",
        "What the encoder is called with, and in which mode it is then.",
    ),
    "trainable": (
        "Parameters of the module are trainable.",
        "None.",
        "Without a gradient a parameter is still handed to an optimiser.",
        "`requires_grad` of each parameter, right after the module was made.",
    ),
    "registered": (
        "The encoder is not among the modules of the `FrozenEncoder`.",
        "The encoder, under any name.",
        "It is kept in a list, a dict or a closure, where torch does not find it.",
        "How the encoder is stored.",
    ),
}

# ----------------------------------------------------------------------------------------------------- cache_features


def caching(*sizes: tuple[int, int], fails_at: int | None = None, double: bool = False, **changes: Any) -> Inputs:
    """Batches of these numbers of rows and positions."""
    usual: dict[str, Any] = {"dropout": 0.5} | changes
    batches = [
        {"shift": numbers(place, 3), "x": numbers(9 + place, rows, length, 3)}
        for place, (rows, length) in enumerate(sizes or ((2, 4), (3, 2)))
    ]
    plan = encoder(**usual)
    if double:
        batches = [{name: each.double() for name, each in batch.items()} for batch in batches]
        plan["weights"] = plan["weights"].double()
    return {"encoder": plan, "batches": batches, "fails_at": fails_at}


OTHER_BATCHES = {"batches": [{"x": numbers(7, 2, 3, 3), "shift": numbers(8, 3)}]}
CACHE_FEATURES = (
    VisibleCase("the encoder is in training mode", caching),
    VisibleCase("there is one batch of one example", partial(caching, (1, 3), mode=EVALUATING)),
    VisibleCase("every batch has one example", partial(caching, (1, 3), (1, 3), mode=EVALUATING)),
    VisibleCase("there is one position", partial(caching, (2, 1), (2, 1), mode=EVALUATING)),
    VisibleCase("rows, positions and batches are as many", partial(caching, (3, 3), (3, 3), (3, 3), dropout=0.0)),
    VisibleCase("the encoder is in evaluation mode", partial(caching, mode=EVALUATING)),
    VisibleCase("the parts of the encoder are in different modes", partial(caching, mode=MIXED)),
    VisibleCase("a part of the encoder is in evaluation mode", partial(caching, mode=ROOT)),
    VisibleCase("a layer of the encoder is frozen", partial(caching, frozen=True)),
    VisibleCase("the encoder raises an error", partial(caching, fails_at=1)),
    VisibleCase("gradients are off and the encoder raises an error", lambda: caching(fails_at=0) | {EVALUATION: True}),
    VisibleCase("the numbers have 64 bits", partial(caching, double=True, dropout=0.0)),
    VisibleCase("other batches came before", lambda: caching(dropout=0.0) | {BEFORE: OTHER_BATCHES}),
    VisibleCase("other batches come after", lambda: caching(dropout=0.0) | {BEFORE: OTHER_BATCHES, KEPT: True}),
)
ENTRIES_OF_FEATURES = {
    "modes": (
        "While features were computed, the encoder or a part of it was in training mode.",
        "Evaluation mode in every forward pass.",
        "The mode is whatever the caller left it in, or is not set for all parts.",
        "Which mode each part of the encoder has while it computes.",
    ),
    "modes_after": (
        "Afterwards the encoder, or a part of it, was in another mode than before.",
        "Every part in the mode that it was in, also after an error.",
        "The mode is not put back, or to a single one for all parts.",
        "What happens to the mode at the end, and after an error.",
    ),
    "requires": (
        "What came back has a gradient.",
        "Numbers alone.",
        "The forward passes are recorded.",
        "What is open around the encoder's call: `with` blocks and decorators.",
    ),
    "fed": (
        "A trainable layer could not learn from what came back.",
        "Vectors that can be fed to any layer.",
        "There is a context that forbids any later use in a training.",
        "What is open around the encoder's call: `with` blocks and decorators.",
    ),
    "grad_mode": ENTRIES_OF_FROZEN["grad_mode"],
    "error": ENTRIES_OF_FROZEN["error"],
    "flags": (
        "Afterwards a parameter's `requires_grad` or its gradient was another one.",
        "Parameters as they were.",
        "Something freezes parameters, or thaws them.",
        "Every line of yours with `requires_grad` in it.",
    ),
    "changed": ENTRIES_OF_FROZEN["changed"],
}

# ----------------------------------------------------------------------------------------------------------- finetune


def tuning(
    *rows: int,
    epochs: int = 2,
    mode: str = TRAINING,
    stale: float = 0.0,
    stale_in: str = ALL,
    of_encoder: dict[str, Any] | None = None,
    **changes: Any,
) -> Inputs:
    """A fine-tuning on batches of so many rows."""
    usual: dict[str, Any] = {"kept": False, "given": False, "optimizer": "SGD", "rate": 0.05, "decay": 0.1, "groups": 1}
    return {
        "training": {"encoder": encoder(**(of_encoder or {}))} | usual | changes,
        "batches": [
            {"targets": numbers(20 + place, count, 3), "x": numbers(30 + place, count, 3) * (1 + place)}
            for place, count in enumerate(rows or (2, 3, 5))
        ],
        "epochs": epochs,
        "mode": mode,
        "stale": stale,
        "stale_in": stale_in,
    }


FINETUNE = (
    VisibleCase("there are three batches and two epochs", tuning),
    VisibleCase("there is one batch and one epoch", partial(tuning, 4, epochs=1)),
    VisibleCase("there are five epochs", partial(tuning, 2, 3, epochs=5, optimizer="SGD with momentum")),
    VisibleCase("there are no epochs", partial(tuning, 2, 3, epochs=0)),
    VisibleCase("there are gradients from before", partial(tuning, stale=5.0)),
    VisibleCase("the optimiser has two groups", partial(tuning, stale=5.0, groups=2, optimizer="AdamW")),
    VisibleCase(
        "the optimiser has a frozen layer",
        partial(tuning, stale=5.0, stale_in=FROZEN, given=True, of_encoder={"frozen": True}),
    ),
    VisibleCase("the model is in evaluation mode", partial(tuning, mode=EVALUATING, of_encoder={"dropout": 0.3})),
    VisibleCase("parts of the model are in evaluation mode", partial(tuning, mode=ROOT, of_encoder={"dropout": 0.3})),
    VisibleCase(
        "an encoder is kept as it is",
        partial(tuning, mode=EVALUATING, kept=True, of_encoder={"dropout": 0.3, "normalised": "by batch"}),
    ),
)
ENTRIES_OF_FINETUNE = {
    "kind": (
        "What came back is no list of Python floats.",
        "A list with a float for each epoch.",
        "Tensors, a single number or nothing came back.",
        "What you return, and whether `item` has made numbers of the losses.",
    ),
    "history": (
        "The numbers that came back are not the mean losses of the epochs.",
        "For each epoch the plain mean of its batches' losses, each taken before its step.",
        "Something else is averaged, or the sum is not begun anew.",
        "What is added up, where the sum starts, and what it is divided by.",
    ),
    "steps": (
        "The optimiser did not step once for every batch, in order, epoch after epoch.",
        "One step a batch.",
        "A line stands in the wrong loop, or a loop goes over something else.",
        "Which lines are in which loop, and the ends of both.",
    ),
    "modes": (
        "The model, or a part of it, was not in training mode in a forward pass.",
        "Training mode in every forward pass.",
        "Whoever called you may have evaluated the model just before.",
        "Which mode the model is in when it is first called.",
    ),
    "parameters": (
        "The parameters are not where these steps take them.",
        "Steps with the gradients of one batch each, and nothing of before.",
        "Gradients of another batch, or from before the call, are among those of a step.",
        "Where gradients are cleared, and of which parameters.",
    ),
    "frozen": (
        "A frozen parameter moved, or is trainable now.",
        "Frozen parameters as they were.",
        "A gradient of 0 is a gradient: weight decay moves what has one.",
        "What becomes of `.grad`, and every `requires_grad`.",
    ),
    "kept": (
        "An encoder that a part of the model keeps as it is was switched or changed.",
        "That encoder untouched.",
        "Something reaches around the part that keeps it.",
        "What you do to each module and each parameter, and which ones those are.",
    ),
}

# ---------------------------------------------------------------------------------------------------------- entity_f1


def tagged(*texts: tuple[str, str]) -> Inputs:
    """For each text its predicted tags and the right ones, in a line each."""
    predicted, gold = ([pair[side].split() for pair in texts] for side in (0, 1))
    return {"predicted": predicted, "gold": gold}


def tagging(title: str, *texts: tuple[str, str], raises: str | None = None) -> VisibleCase:
    """Tags of these texts."""
    return VisibleCase(title, partial(tagged, *texts), raises)


SOME = ("B-dog I-dog O B-cat", "B-dog I-dog O B-cat")
ENTITY_F1 = (
    tagging("one entity of two is found", ("B-dog I-dog O O", "B-dog I-dog O B-cat")),
    tagging("an entity is too long", ("B-dog I-dog I-dog B-cat", "B-dog I-dog O B-cat")),
    tagging("an entity begins too late", ("O B-dog O B-cat", "B-dog I-dog O B-cat")),
    tagging("a span is right and its type is not", ("B-cat I-cat O B-cat", "B-dog I-dog O B-cat")),
    tagging("more is predicted than there is", SOME, ("B-dog O B-cat B-cat", "O O O B-cat")),
    tagging("types are found unequally well", SOME, ("B-dog B-dog B-dog O", "O O O O"), ("O O", "O B-cat")),
    tagging("texts have entities in the same places", ("B-dog O", "B-dog O"), ("O O", "B-dog O"), SOME),
    tagging("entities stand side by side", ("B-dog I-dog I-dog", "B-dog B-dog I-dog"), SOME),
    tagging("an entity ends the text", ("O B-dog I-dog", "O B-dog I-dog"), ("B-cat O", "O B-cat")),
    tagging("an `I-` stands at the beginning", ("I-dog I-dog O B-cat", "B-dog I-dog O O")),
    tagging("an `I-` comes after another type", ("B-cat I-dog O I-cat", "B-cat B-dog O B-cat")),
    tagging("a text goes on where the one before ends", ("O B-dog", "O B-dog"), ("I-dog I-dog", "B-dog I-dog")),
    tagging("types have hyphens", ("B-big-dog I-big-cat O B-big-dog", "B-big-dog B-big-cat O B-small-dog")),
    tagging("types end alike", ("B-big-dog I-small-dog O", "B-big-dog B-small-dog O"), SOME),
    tagging("types begin alike", ("B-dog I-dogs O", "B-dog B-dogs O"), ("B-Dog", "B-dog")),
    tagging("nothing is predicted", ("O O O", "O B-dog O")),
    tagging("there is nothing, and nothing is predicted", ("O O", "O O")),
    tagging("there are no texts"),
    tagging("a text has a tag too few", SOME, ("O O", "O O O"), raises=""),
    tagging("one text is shorter and another longer", ("O", "O O"), ("O O", "O"), raises=""),
    VisibleCase("there is a text too few", lambda: tagged(SOME) | {"predicted": []}, raises=""),
)

# ------------------------------------------------------------------------------------------- layerwise_learning_rates


def decaying(title: str, num_layers: int, base_lr: float, decay: float, raises: str | None = None) -> VisibleCase:
    """Rates of a model of so many layers."""
    return VisibleCase(title, {"num_layers": num_layers, "base_lr": base_lr, "decay": decay}, raises)


LAYERWISE_LEARNING_RATES = (
    decaying("there are three layers", 3, 2.0, 0.5),
    decaying("there are twelve layers", 12, 1.0, 0.9),
    decaying("there is one layer", 1, 3.0, 0.1),
    decaying("there is no layer", 0, 1.5, 0.5),
    decaying("`decay` is 1", 2, 0.25, 1.0),
    decaying("`base_lr` is a whole number", 2, 1, 0.25),
    decaying("`decay` is 0", 2, 1.0, 0.0, raises="0"),
    decaying("`decay` is negative", 2, 1.0, -0.5, raises="-0.5"),
    decaying("`decay` is above 1", 2, 1.0, 1.25, raises="1.25"),
    decaying("`decay` is no number", 2, 1.0, float("nan"), raises="nan"),
)

# ------------------------------------------------------------------------------------------------------ training_flops


def costing(
    title: str, parameters: int, tokens: int, epochs: int, recipe: str | None, raises: str | None = None
) -> VisibleCase:
    """The cost of a training."""
    names = ("encoder_parameters", "tokens", "epochs", "recipe")
    return VisibleCase(title, dict(zip(names, (parameters, tokens, epochs, recipe), strict=True)), raises)


TRAINING_FLOPS = (
    costing("training is end to end", 10, 7, 3, "end-to-end"),
    costing("the encoder is frozen", 10, 7, 3, "frozen"),
    costing("features are cached", 10, 7, 3, "cached"),
    costing("there is one epoch", 11, 13, 1, "frozen"),
    costing("there are no epochs", 11, 13, 0, "end-to-end"),
    costing("there are no epochs and features are cached", 11, 13, 0, "cached"),
    costing("numbers are large", 110_000_001, 3_300_000_000_003, 41, "end-to-end"),
    costing("numbers are large and the encoder is frozen", 110_000_001, 3_300_000_000_003, 41, "frozen"),
    costing("there is no such recipe", 10, 7, 3, "probing", raises="probing"),
    costing("a recipe has a capital letter", 10, 7, 3, "Cached", raises="Cached"),
)
