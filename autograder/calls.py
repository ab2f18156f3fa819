"""How an answer is run once: it is called with some of the inputs, and what comes back is told as plain data."""

import contextlib
import random
import sysconfig
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import torch

from autograder.exercise import Inputs

LIBRARIES = (sysconfig.get_path("stdlib"), str(Path(torch.__file__).parents[1]))
"""Folders of Python's code, and of what is installed: in a sandbox that is no `site-packages`."""
CALLS, SEED, EVALUATION = "calls", "seed", "evaluation"
"""Keys of the inputs: how often one generator is used, 1 unless said; its seed; whether to record no gradients."""
BEFORE, KEPT = "before", "kept"
"""Keys of the inputs: those of a call that comes first, where they are others; whether its result is what counts."""

LARGEST_WHOLE = 2**1000
"""Up to which a whole number is one that a float can be."""


@dataclass(frozen=True)
class Call:
    """Calls a function with inputs by position.

    What comes back is its value; with `gradients`, a dict of `value` and `gradients`; with a `generator`, a list with
    one value a call.
    """

    arguments: tuple[str, ...]
    """Names of the inputs, in the order of the signature."""
    gradients: tuple[str, ...] = ()
    """The inputs that the value is differentiated by."""
    generator: type[torch.Generator] | type[random.Random] | None = None
    """What draws, where something does; it comes last in the signature, seeded with the input `seed`."""
    optional: tuple[str, ...] = ()
    """The last arguments, where they have a default: left out of the call where the input is None."""
    described: Mapping[str, Callable[[Any], str]] = field(default_factory=dict, hash=False)
    """How an input is shown that stands for something else, such as a function."""
    result: Callable[[Any], Any] | None = None
    """What a value becomes where several forms of it are equally right."""

    def __call__(self, answer: Any, inputs: Inputs) -> Any:
        """The value, or the list of values, or value and gradients."""
        if BEFORE not in inputs:
            return self.once(answer, inputs)
        kept = inputs.get(KEPT)
        first = None
        # The inputs of a call that only comes before are put together from two cases, and need be none that is allowed:
        # a right answer may refuse them. What it raises for those that are is seen in a call of their own.
        refused = contextlib.nullcontext() if kept else contextlib.suppress(Exception)
        # A mode left switched is found, and changes nothing here.
        with refused, torch.set_grad_enabled(torch.is_grad_enabled()):
            first = self.once(answer, inputs | inputs[BEFORE])
        last = self.once(answer, inputs)
        return first if kept else last

    def once(self, answer: Any, inputs: Inputs) -> Any:
        """One use of the answer."""
        if self.generator is not None:
            generator = seeded(self.generator, inputs[SEED])
            return [answer(*self.passed(inputs), generator) for _ in range(inputs.get(CALLS, 1))]
        if not self.gradients:
            value = answer(*self.passed(inputs))
            return value if self.result is None else self.result(value)
        return self.differentiated(answer, inputs)

    def passed(self, inputs: Inputs) -> list[Any]:
        """What stands between the brackets of the call."""
        return [inputs[name] for name in self.arguments if inputs[name] is not None or name not in self.optional]

    def differentiated(self, answer: Any, inputs: Inputs) -> dict[str, Any]:
        """The value, and its gradient by each of `gradients`: None where there is none, or none is asked for."""
        if inputs.get(EVALUATION):
            with torch.no_grad():
                return {"value": answer(*self.passed(inputs)), "gradients": {}}
        watched = {name: watched_alias(inputs, name) for name in self.gradients}
        value = answer(*self.passed(inputs | watched))
        gradients = gradients_of(value, list(watched.values()))
        for name, alias in watched.items():
            inputs[name].grad = alias.grad  # our own runs leave none: they ask for gradients without storing
        return {"value": value, "gradients": dict(zip(watched, gradients, strict=True))}


def as_float(value: Any) -> Any:
    """A whole number, or a number of a class made from Python's float, as a float; anything else as it is.

    NumPy's numbers of 64 bits are such; a comparison's True is a number by accident.
    """
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > LARGEST_WHOLE:
        return value
    return float(value)


def seeded(kind: type[torch.Generator] | type[random.Random], seed: int) -> torch.Generator | random.Random:
    """A generator of that kind."""
    return random.Random(seed) if issubclass(kind, random.Random) else kind().manual_seed(seed)


def watched_alias(inputs: Inputs, name: str) -> torch.Tensor:
    """An input to take a gradient by, in the same memory, so that writing into it is seen to change the input."""
    tensor: torch.Tensor = inputs[name]
    return tensor.detach().requires_grad_()


def gradients_of(value: Any, sources: Sequence[torch.Tensor]) -> list[torch.Tensor | None]:
    """The gradients of a weighted sum of all numbers in a value, with weights by which each of them can be told."""
    tensors = [value] if isinstance(value, torch.Tensor) else value if isinstance(value, list | tuple) else []
    with torch.enable_grad():  # whatever mode the answer has left behind
        terms = [
            (each * weights_for(each)).sum()
            for each in tensors
            if isinstance(each, torch.Tensor) and each.requires_grad and each.is_floating_point()
        ]
        if not terms:
            return [None] * len(sources)
        return list(
            torch.autograd.grad(torch.stack([each.double() for each in terms]).sum(), sources, allow_unused=True)
        )


def weights_for(tensor: torch.Tensor) -> torch.Tensor:
    """Different weights for a tensor's numbers, 1 for a single number."""
    return torch.arange(tensor.numel(), dtype=tensor.dtype).mul(0.7).cos().reshape(tensor.shape)


def in_a_library(filename: str) -> bool:
    """Whether code is Python's or that of an installed package, in which a learner has nothing to mend.

    What imports modules is frozen into Python: it executes each module that is imported for the first time.
    """
    return "site-packages" in filename or filename.startswith((*LIBRARIES, "<frozen importlib"))
