"""Mistakes that an answer to any exercise can make, made from the reference."""

import inspect
import itertools
from collections.abc import Callable, Iterator, Mapping
from functools import partial, wraps
from typing import Any

import torch
from torch import Tensor, nn

from autograder.judging.advice import DETACHED, RETURNS_NOTHING, WRONG_DTYPE

Change = Callable[[Any], Any]
GATHERING = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
"""Kinds of parameters that are no single argument."""


def on_tensors(change: Callable[[Tensor], Any]) -> Change:
    """A change of a result that changes each tensor in it; what is no tensor stays."""

    def changed(value: Any) -> Any:
        if isinstance(value, Tensor):
            return change(value)
        return tuple(changed(each) for each in value) if isinstance(value, tuple) else value

    return changed


def where_float(change: Callable[[Tensor], Tensor]) -> Change:
    """The same for floating-point tensors alone."""
    return on_tensors(lambda tensor: change(tensor) if tensor.is_floating_point() else tensor)


def where_number(change: Callable[[Tensor], Tensor]) -> Change:
    """The same for all but masks, of which arithmetic makes whole numbers."""
    return on_tensors(lambda tensor: tensor if tensor.dtype == torch.bool else change(tensor))


def negated(value: Any) -> Any:
    """The negative of numbers, the opposite of masks."""
    if isinstance(value, Tensor):
        return ~value if value.dtype == torch.bool else -value
    if isinstance(value, int | float) and not isinstance(value, bool):
        return -value
    return tuple(map(negated, value)) if isinstance(value, tuple) else value


def reversed_order(value: Any) -> Any:
    """The opposite order along the last dimension, or of a list."""
    if isinstance(value, Tensor):
        return value.flip(-1) if value.dim() else value
    return value[::-1] if isinstance(value, list) else value


def moved(value: Any, by: int) -> Any:
    """One place to a side, around the end."""
    if isinstance(value, Tensor):
        return value.roll(by, -1) if value.dim() else value
    return value[-by:] + value[:-by] if isinstance(value, list) else value


RESULTS: dict[str, tuple[Change, ...]] = {
    RETURNS_NOTHING: (lambda value: None,),
    "negated": (negated,),
    "number-for-tensor": (lambda value: value.item(),),
    "list-for-tensor": (lambda value: value.tolist(), lambda value: [value], lambda value: list(value)),
    "shape-one": (lambda value: value.reshape(1),),
    "added-dimension": (on_tensors(partial(Tensor.unsqueeze, dim=0)), on_tensors(partial(Tensor.unsqueeze, dim=-1))),
    "squeezed": (on_tensors(Tensor.squeeze),),
    "flattened": (on_tensors(Tensor.flatten),),
    "transposed": (on_tensors(lambda each: each.transpose(-1, -2)), on_tensors(lambda each: each.transpose(0, 1))),
    "summed": (on_tensors(Tensor.sum), on_tensors(lambda each: each.sum(-1)), on_tensors(lambda each: each.sum(0))),
    "averaged": (where_float(Tensor.mean), *(where_float(partial(Tensor.mean, dim=dim)) for dim in (-1, 0))),
    "first-row-only": (on_tensors(lambda tensor: tensor[0]), on_tensors(lambda tensor: tensor[:1])),
    "results-swapped": (lambda value: value[::-1] if isinstance(value, tuple) else value,),
    DETACHED: (on_tensors(Tensor.detach),),
    "shifted": (partial(moved, by=1), partial(moved, by=-1)),
    "reversed": (reversed_order, on_tensors(lambda tensor: tensor.flip(0) if tensor.dim() else tensor)),
    "softmax-applied": (where_float(lambda tensor: tensor.softmax(-1)),),
    "log-softmax-applied": (where_float(lambda tensor: tensor.log_softmax(-1)),),
    "sigmoid-applied": (where_float(torch.sigmoid),),
    "exponentiated": (where_float(torch.exp),),
    "logarithm-taken": (where_float(torch.log),),
    "absolute-value": (on_tensors(torch.abs),),
    "squared": (where_number(torch.square),),
    "rounded": (where_float(torch.round),),
    "clamped": (where_float(torch.relu),),
    "index-for-values": (on_tensors(lambda tensor: tensor.argmax(-1)),),
    WRONG_DTYPE: tuple(
        on_tensors(partial(Tensor.to, dtype=dtype))
        for dtype in (torch.float32, torch.float64, torch.float16, torch.int64, torch.int32, torch.uint8, torch.bool)
    ),
}  # fmt: skip
"""What may be done to a right result, by the mistake's name."""


def variants(reference: Any) -> Iterator[tuple[str, Mapping[str, str], Any]]:
    """Wrong answers made of the right one: a mistake's name, what it is about, and the answer.

    Those that make no difference, or make the reference stop, agree with no wrong answer that does otherwise. There are
    none of a value, nor of several functions, which hand one another what only they can read.
    """
    if not callable(reference):
        return
    for name, changes in RESULTS.items():
        for change in changes:
            yield name, {}, with_result(reference, change)
    names = argument_names(reference)
    for one, other in itertools.combinations(range(len(names)), 2):
        about = {"argument": f"`{names[one]}` and `{names[other]}`"}
        yield "arguments-swapped", about, with_arguments(reference, partial(exchange, one=one, other=other))
    for place, name in enumerate(names):
        yield "argument-inverted", {"argument": f"`{name}`"}, with_arguments(reference, partial(invert, place=place))


def argument_names(reference: Any) -> list[str]:
    """The names of what is passed by position, of `forward` where the reference is a module."""
    callee = reference.forward if inspect.isclass(reference) and issubclass(reference, nn.Module) else reference
    if not callable(callee):
        return []
    parameters = inspect.signature(callee).parameters
    return [name for name, each in parameters.items() if name != "self" and each.kind not in GATHERING]


def with_result(reference: Any, change: Change) -> Any:
    """The reference, whose result is changed."""
    return rewrapped(reference, lambda call, *arguments: change(call(*arguments)))


def with_arguments(reference: Any, change: Callable[[list[Any]], list[Any]]) -> Any:
    """The reference, whose arguments are changed on the way in."""
    return rewrapped(reference, lambda call, *arguments: call(*change(list(arguments))))


def rewrapped(reference: Any, around: Callable[..., Any]) -> Any:
    """The reference with something around each call: of the function, or of a module's `forward`."""
    if inspect.isclass(reference) and issubclass(reference, nn.Module):
        forward = reference.forward

        class Around(reference):  # type: ignore[misc]
            def forward(self, *arguments: Any, **named: Any) -> Any:
                return around(partial(forward, self, **named), *arguments)

        return Around
    return wraps(reference)(partial(around, reference))


def exchange(arguments: list[Any], one: int, other: int) -> list[Any]:
    """Two arguments in each other's place."""
    arguments[one], arguments[other] = arguments[other], arguments[one]
    return arguments


def invert(arguments: list[Any], place: int) -> list[Any]:
    """A mask turned into its opposite; raises where it is none."""
    if not isinstance(arguments[place], Tensor) or arguments[place].dtype != torch.bool:
        raise TypeError("no mask")
    arguments[place] = ~arguments[place]
    return arguments
