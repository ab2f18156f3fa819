"""Functions from (T, H) to (T, H) as plain data, and how they are built beside the code of a learner.

A function is what exercise `bidirectionality.influence` is given, and plain data is all that reaches the process of an
answer. So a function is sent as a list of steps, each with the numbers that it uses.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn

Steps = Sequence[dict[str, Any]]
"""Each with the name of what it does, `does`, and the tensors that this uses."""


@dataclass(frozen=True)
class Step:
    """Something that a function does, one after the other."""

    apply: Callable[[Tensor, dict[str, Any]], Tensor]
    """From the rows, of shape (T, H), and the tensors of the step to other rows of that shape."""
    words: str
    """What a learner reads of it, with the names of its tensors in braces."""


def attend(rows: Tensor, step: dict[str, Any]) -> Tensor:
    """One head of self-attention; the row of a mask is nowhere all False."""
    query, key, value = (rows @ step[name] for name in ("query", "key", "value"))
    scores = (query @ key.transpose(-1, -2)) * rows.shape[-1] ** -0.5
    return scores.masked_fill(~step["mask"], -torch.inf).softmax(dim=-1) @ value


def add_up(rows: Tensor, step: dict[str, Any]) -> Tensor:
    """What several functions give of the same rows, added up."""
    first, *others = (applied(each, rows) for each in step["branches"])
    for each in others:
        first = first + each
    return first


STEPS = {
    "linear": Step(
        lambda rows, step: (step["weight"] @ rows.reshape(-1)).reshape(rows.shape),
        "all numbers of x, in one row, @ {weight}.T",
    ),
    "mix": Step(lambda rows, step: step["weight"] @ rows, "{weight} @ x"),
    "features": Step(lambda rows, step: rows @ step["weight"], "x @ {weight}"),
    "shift": Step(lambda rows, step: rows + step["bias"], "x + {bias}"),
    "constant": Step(lambda rows, step: step["bias"], "{bias}, whatever x is"),
    "attention": Step(attend, "attention with mask {mask}"),
    "add": Step(add_up, "the sum of: {branches}"),
    "tanh": Step(lambda rows, step: rows.tanh(), "tanh"),
    "relu": Step(lambda rows, step: rows.relu(), "relu"),
    "square": Step(lambda rows, step: rows * rows, "square"),
    "negative": Step(lambda rows, step: -rows, "minus"),
    "detached": Step(lambda rows, step: rows.detach(), "detach"),
    "largest": Step(
        lambda rows, step: rows.max(dim=0, keepdim=True).values.expand(rows.shape),
        "the largest of each column, in all rows",
    ),
}
"""By the name that a step has in `does`."""


def applied(steps: Steps, rows: Tensor) -> Tensor:
    """What comes of the steps, one after the other. Shape: (T, H) to the same"""
    for step in steps:
        rows = STEPS[step["does"]].apply(rows, step)
    return rows


def described(function: dict[str, Any]) -> str:
    """A function in words, with its numbers."""
    kind = "a module" if function["is_module"] else "a function"
    return f"{kind}: {in_words(function['steps'])}"


def in_words(steps: Steps) -> str:
    """Steps in order."""
    return ", then ".join(STEPS[step["does"]].words.format_map(readable(step)) for step in steps) or "x as it is"


def readable(step: dict[str, Any]) -> dict[str, str]:
    """The tensors of a step as nested lists with few digits, functions inside it in words."""
    return {
        name: "; ".join(map(in_words, value)) if name == "branches" else written(value) for name, value in step.items()
    }


def written(value: Any) -> str:
    """A tensor as nested lists, with few digits."""
    if isinstance(value, Tensor):
        value = value.int().tolist() if value.dtype == torch.bool else value.tolist()
    if isinstance(value, list):
        return f"[{', '.join(map(written, value))}]"
    return f"{value:.3g}" if isinstance(value, float) else str(value)


class Described(nn.Module):
    """A function as a module, which does the same in both modes."""

    def __init__(self, steps: Steps, parameters: Sequence[nn.Parameter], training: bool) -> None:
        super().__init__()
        self.steps = steps
        self.numbers = nn.ParameterList(parameters)
        self.train(training)

    def forward(self, rows: Tensor) -> Tensor:
        """Shape: (T, H) to (T, H)"""
        return applied(self.steps, rows)


@dataclass(frozen=True)
class Built:
    """A function, with what an answer has to leave as it is."""

    call: Callable[[Tensor], Tensor]
    parameters: tuple[nn.Parameter, ...]


def built(function: dict[str, Any]) -> Built:
    """The function that plain data describes: `steps`, and five flags.

    `is_module` says whether it is a module and not a plain function, `is_training` its mode; `is_trained` whether its
    numbers require a gradient, `has_gradients` whether they have one from before.
    """
    parameters: list[nn.Parameter] = []
    steps = with_parameters(function["steps"], parameters, function["is_trained"])
    for each in parameters:
        each.grad = torch.ones_like(each) if function["has_gradients"] else None
    if function["is_module"]:
        return Built(Described(steps, parameters, function["is_training"]), tuple(parameters))
    return Built(lambda rows: applied(steps, rows), tuple(parameters))


def with_parameters(steps: Steps, parameters: list[nn.Parameter], trained: bool) -> Steps:
    """The same steps with parameters in the place of numbers; they are added to `parameters`."""

    def of(name: str, value: Any) -> Any:
        if name == "branches":
            return [with_parameters(each, parameters, trained) for each in value]
        if not isinstance(value, Tensor) or not value.is_floating_point():
            return value
        parameters.append(nn.Parameter(value.clone(), requires_grad=trained))
        return parameters[-1]

    return [{name: of(name, value) for name, value in step.items()} for step in steps]
