"""How a module of an answer is built and used once: its layers get known weights, so that what comes is known."""

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from autograder.calls import BEFORE, EVALUATION, KEPT, gradients_of, watched_alias
from autograder.exercise import Inputs


def of_module(module: nn.Module, path: str) -> torch.Tensor | None:
    """The tensor at a dotted path such as `dense.weight`; None where there is none."""
    found: Any = module
    for name in path.split("."):
        found = getattr(found, name, None)
    return found if isinstance(found, torch.Tensor) else None


def is_trained(module: nn.Module, tensor: torch.Tensor | None) -> bool:
    """Whether an optimiser that is given the module's parameters changes this one."""
    return tensor is not None and any(each is tensor for each in module.parameters() if each.requires_grad)


@dataclass(frozen=True)
class Built:
    """Builds a module, looks at it, gives it the inputs of its parameters' names as weights, and uses it.

    What comes back is a dict: `value`, what `forward` gave; `gradients`, by argument and by parameter; and what the
    module is like: which parameters it lacks, the shapes of those that it has, which of them are trained, how many
    another module of the kind shares with it, how many numbers all of its parameters have.
    """

    build: tuple[str, ...]
    """The inputs that it is built with, in order."""
    argument: str
    """The input, a tensor, that it is used on; its type is that of all numbers."""
    parameters: tuple[str, ...]
    """Dotted paths, under which the inputs have the weights. The input `training` is the mode."""
    optional: tuple[str, ...] = ()
    """The last of `build`, where they have a default: left out where the input is None."""

    @property
    def arguments(self) -> tuple[str, ...]:
        """What an earlier call may get other contents for."""
        return (self.argument,)

    def __call__(self, answer: Any, inputs: Inputs) -> dict[str, Any]:
        """One module, used once, or twice where another call comes before."""
        dtype = inputs[self.argument].dtype
        with torch.random.fork_rng(devices=[]):  # starting weights may come from the global generator
            other, module = (answer(*self.built_with(inputs)).to(dtype) for _ in range(2))
        own = {name: of_module(module, name) for name in self.parameters}
        there = {name: tensor for name, tensor in own.items() if tensor is not None}
        outputs: dict[str, Any] = {
            "missing": [name for name in own if name not in there],
            "shapes": {name: [] if tensor is None else list(tensor.shape) for name, tensor in own.items()},
            "trained": [name for name in own if is_trained(module, own[name])],
            "shared": len({*module.parameters()} & {*other.parameters()}),
            "parameter_elements": sum(each.numel() for each in {*module.parameters()}),
            "value": None,
            "gradients": {},
        }
        if any(tensor.shape != inputs[name].shape for name, tensor in there.items()):
            return outputs
        with torch.no_grad():
            for name, tensor in there.items():
                tensor.copy_(inputs[name])
        for each in (other, module):
            each.train(inputs["training"])
        return outputs | self.used(module, other, there, inputs)

    def built_with(self, inputs: Inputs) -> list[Any]:
        """What stands between the brackets when it is built."""
        return [inputs[name] for name in self.build if inputs[name] is not None or name not in self.optional]

    def used(
        self, module: nn.Module, other: nn.Module, there: dict[str, torch.Tensor], inputs: Inputs
    ) -> dict[str, Any]:
        """`value` and `gradients` of the call that counts."""
        kept = None
        if BEFORE in inputs:
            earlier = inputs[BEFORE].get(self.argument, inputs[self.argument])
            other(earlier)
            kept = module(earlier)
        if inputs.get(EVALUATION):
            with torch.no_grad():
                return {"value": module(inputs[self.argument]), "gradients": {}}
        given = watched_alias(inputs, self.argument)
        value = module(given)
        watched = {self.argument: given, **there}
        sources = {name: tensor for name, tensor in watched.items() if tensor.requires_grad}
        gradients = dict.fromkeys([self.argument, *self.parameters]) | dict(
            zip(sources, gradients_of(value, list(sources.values())), strict=True)
        )
        inputs[self.argument].grad = given.grad
        return {"value": kept if inputs.get(KEPT) else value, "gradients": gradients}
