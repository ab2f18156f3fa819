"""What the three heads of lesson 5 have in common: one linear layer of their own, and what to say of another one."""

from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch import Tensor

from autograder.exercise import Inputs
from autograder.judging.parts import TOLERANCES, Finding, Mistakes
from autograder.wording import quoted

BETWEEN = "; "
ROUNDING = TOLERANCES | {torch.float32: 1e-4}
"""How far right values may lie apart: gradients add up over many rows."""

Say = Callable[[Any, Any], Finding]


def of_layers(given: Inputs, value: dict[str, Any]) -> dict[str, Any]:
    """What a head consists of, and whether all of it learns."""
    gradients = {name: each for name, each in value["gradients"].items() if name != "hidden"}
    return {
        **known_by_name(value),
        "trained": value["trained"],
        "shared": value["shared"],
        "parameter_elements": value["parameter_elements"],
        "gradients": gradients,
    }


def known_by_name(value: dict[str, Any]) -> dict[str, Any]:
    """What has to be right before anything else can be."""
    return {"missing": value["missing"], "shapes": shapes_of(value)}


def shapes_of(value: dict[str, Any]) -> str:
    """The shapes of all parameters, in one line."""
    return BETWEEN.join(f"`{name}` {tuple(shape)}" for name, shape in value["shapes"].items())


def gradient_of_vectors(value: dict[str, Any]) -> dict[str, Any]:
    """What reaches the encoder."""
    return {name: each for name, each in value["gradients"].items() if name == "hidden"}


def looks_elsewhere(gradient: Any) -> bool:
    """Whether the logits change with the vectors at other positions than 0."""
    return isinstance(gradient, Tensor) and gradient.dim() == 3 and bool((gradient[:, 1:] != 0).any())


def words_for(layer: str, sizes: str) -> tuple[Mapping[str, Say], Mapping[str, Say]]:
    """What to say of a layer of that name and those sizes: where it is needed to compute, and where it is looked at."""

    def lacking(got: Any, want: Any) -> Finding:
        names = [quoted(str(name), 30) for name in got[:4]] if isinstance(got, list) else []
        return Finding(
            f"The head has no {' and no '.join(f'`{name}`' for name in names)}.",
            f"A layer named `{layer}` with weight and bias.",
            "no-bias" if names == [f"{layer}.bias"] else "missing-layer",
        )

    def other_shapes(got: Any, want: Any) -> Finding:
        pairs = zip(str(got).split(BETWEEN), str(want).split(BETWEEN), strict=False)
        differing = [one for one, other in pairs if one != other]
        return Finding(
            f"The shape of a parameter is another one: {quoted(differing[0] if differing else str(got), 60)}.",
            f"`{layer}` {sizes}.",
            "wrong-size",
        )

    def frozen(got: Any, want: Any) -> Finding:
        names = [name for name in want if not isinstance(got, list) or name not in got]
        return Finding(
            f"`{'`, `'.join(names)}` will not be trained.", "Weight and bias that an optimiser is given.", "frozen-part"
        )

    def shared(got: Any, want: Any) -> Finding:
        return Finding("Two heads share parameters.", "A layer of its own in every head.", "shared-between-heads")

    def number_of_parameters(got: Any, want: Any) -> Finding:
        return Finding(
            f"All parameters together have {quoted(str(got), 20)} numbers.",
            f"{want}: weight and bias of `{layer}`.",
            "extra-parameters",
        )

    needed = {"missing": lacking, "shapes": other_shapes}
    return needed, {**needed, "trained": frozen, "shared": shared, "parameter_elements": number_of_parameters}


def add_layer_mistakes(mistake: Mistakes, layer: str, sizes: str) -> None:
    """The mistakes about a layer that are known by what is seen."""
    for name, likely, look_at in (
        (
            "missing-layer",
            "The layer was left out, or has another name than the docstring gives.",
            f"The names after `self.`, letter by letter: `{layer}` is asked for, with `weight` and `bias`.",
        ),
        ("no-bias", "The layer was built without a bias.", "`bias=False`: it has one."),
        (
            "wrong-size",
            f"The layer was built with other sizes than {sizes}.",
            "The two numbers that the layer gets, and their order.",
        ),
        (
            "frozen-part",
            "A part of the head is frozen, or is a plain tensor, so no optimiser ever changes it.",
            "`requires_grad`, `detach`, buffers, and tensors that are no `nn.Parameter`.",
        ),
        (
            "shared-between-heads",
            "Something is made once and used by every head.",
            "What stands outside of `__init__`, in the class or the module.",
        ),
        (
            "extra-parameters",
            "Something with weights of its own was built that the head does not need.",
            "Every module and parameter that `__init__` makes.",
        ),
    ):
        mistake.add(name, likely, look_at, None)
