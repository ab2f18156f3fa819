"""Small encoders as plain data, how they are built beside the code of a learner, and what is seen of their use.

Plain data is all that reaches the process of an answer, so an encoder is sent as a plan.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, NamedTuple, Self

import torch
from torch import Tensor, nn

from autograder.exercises.pretraining_trainings import EVALUATION, TRAINING, Linear, fill, in_words, modes_of, set_mode

Plan = dict[str, Any]
"""`width` and `hidden`; `normalised` "by batch" or "by row"; `dropout`, and whether it is `functional`; `output`, one
of `OUTPUTS`; `frozen`, whether the first layer is; `mode`; `weights`, numbers to fill the parameters with."""


class Vectors(dict[str, Any]):
    """A dict of a class of its own."""


class Pair(NamedTuple):
    """A named tuple."""

    vectors: Tensor
    first: Tensor


@dataclass
class Encoded:
    """A dataclass."""

    vectors: Tensor
    layers: list[Tensor]
    pooled: None = None


OUTPUTS: dict[str, Callable[[Tensor, Tensor], Any]] = {
    "a tensor": lambda vectors, inner: vectors,
    "a tuple": lambda vectors, inner: (vectors, inner),
    "a tuple of one": lambda vectors, inner: (vectors,),
    "a list": lambda vectors, inner: [inner, vectors],
    "a dict": lambda vectors, inner: {"vectors": vectors, "layers": (inner,), "pooled": None},
    "a dict of its own class": lambda vectors, inner: Vectors(vectors=vectors, inner=inner),
    "a named tuple": lambda vectors, inner: Pair(vectors, vectors[:1]),
    "a dataclass": lambda vectors, inner: Encoded(vectors, [inner]),
}
"""What an encoder may return, made of its vectors and those of an inner layer."""


class Seen:
    """What happens in the forward passes of an encoder, copies of it included."""

    def __init__(self) -> None:
        self.modes: set[str] = set()
        self.passes = 0

    def __deepcopy__(self, memo: Any) -> Self:
        return self


class EncoderError(Exception):
    """Raised by an encoder that is told to fail."""


class EncoderRuntimeError(EncoderError, RuntimeError):
    """The same as torch raises it."""


class EncoderValueError(EncoderError, ValueError):
    """The same as Python raises it."""


OF_ITS_OWN, RUNTIME, VALUE = "an error of its own", "a RuntimeError", "a ValueError"
ERRORS = {OF_ITS_OWN: EncoderError, RUNTIME: EncoderRuntimeError, VALUE: EncoderValueError}
"""What an encoder may raise: whoever catches errors by their type must not catch some of them alone."""


def dropped(x: Tensor, share: float, training: bool) -> Tensor:
    """Dropout of the same places every time: what is seen must not hang on luck."""
    if not training or not share:
        return x
    places = torch.arange(1, x.numel() + 1, dtype=torch.float64).mul(0.618034).frac().view(x.shape)
    return x * (places >= share) / (1 - share)


class Dropout(nn.Dropout):
    """The same as a module."""

    def forward(self, x: Tensor) -> Tensor:
        """Any shape."""
        return dropped(x, self.p, self.training)


class Encoder(nn.Module):
    """Two layers with a norm and dropout at several depths, and a parameter that is the encoder's own."""

    def __init__(self, plan: Plan, dtype: torch.dtype) -> None:
        super().__init__()
        width, hidden = plan["width"], plan["hidden"]
        self.offset = nn.Parameter(torch.zeros(width))
        self.first = Linear(width, hidden)
        self.norm = nn.BatchNorm1d(hidden) if plan["normalised"] == "by batch" else nn.LayerNorm(hidden)
        share = 0.0 if plan["functional"] else plan["dropout"]
        self.inner = nn.Sequential(Linear(hidden, hidden), nn.Sequential(Dropout(share)))
        self.last = Linear(hidden, width)
        self.functional = plan["dropout"] if plan["functional"] else 0.0
        self.output = OUTPUTS[plan["output"]]
        self.seen = Seen()
        if plan["frozen"]:
            self.first.requires_grad_(False)
        self.to(dtype)

    def forward(self, x: Tensor, scale: float = 1.0, *, shift: Tensor | None = None, fails: str = "") -> Any:
        """Shapes: (..., width), for `shift` (width,); to vectors of the same shape as `x`, or what is made of them.

        Raises:
            EncoderError: the one of `ERRORS` that `fails` names.
        """
        self.seen.modes |= {TRAINING if each else EVALUATION for each in modes_of(self)}
        self.seen.passes += 1
        if fails:
            raise ERRORS[fails]("told to fail")
        x = x + self.offset
        moved = x * scale if shift is None else x * scale + shift
        rows = self.norm(self.first(moved.reshape(-1, x.shape[-1])))
        inner = self.inner(dropped(torch.tanh(rows), self.functional, self.training))
        return self.output(self.last(inner).view(x.shape), inner.view(*x.shape[:-1], -1))


def built(plan: Plan) -> Encoder:
    """The encoder that a plan describes."""
    numbers: Tensor = plan["weights"]
    encoder = Encoder(plan, numbers.dtype)
    fill([*encoder.parameters()], numbers)
    set_mode(encoder, plan["mode"])
    return encoder


def described(plan: Plan) -> str:
    """A plan in words."""
    parts = [f"an encoder of width {plan['width']}", "BatchNorm" if plan["normalised"] == "by batch" else "LayerNorm"]
    if plan["dropout"]:
        how = "by `functional`, which looks at `self.training`" if plan["functional"] else "in modules"
        parts.append(f"dropout {plan['dropout']:.2g} {how}")
    if plan["frozen"]:
        parts.append("a frozen layer")
    return ", ".join([*parts, f"returns {plan['output']}", f"mode before: {plan['mode']}"])


def opened(value: Any) -> tuple[str, list[Tensor]]:
    """What a value consists of, in words, and the tensors in it, in order."""
    tensors: list[Tensor] = []
    return "".join(_opened(value, tensors)), tensors


def _opened(value: Any, tensors: list[Tensor]) -> Iterator[str]:
    kind = type(value).__name__
    if isinstance(value, Tensor):
        tensors.append(value)
        yield kind
    elif is_dataclass(value) and not isinstance(value, type):
        yield from _listed(kind, [(each.name, getattr(value, each.name)) for each in fields(value)], tensors)
    elif isinstance(value, dict):
        yield from _listed(kind, [(str(name), each) for name, each in value.items()], tensors)
    elif isinstance(value, list | tuple):
        yield from _listed(kind, [(str(place), each) for place, each in enumerate(value)], tensors)
    else:
        yield kind


def _listed(kind: str, entries: Sequence[tuple[str, Any]], tensors: list[Tensor]) -> Iterator[str]:
    yield f"{kind}("
    for place, (name, each) in enumerate(entries):
        yield f"{', ' * (place > 0)}{name}: "
        yield from _opened(each, tensors)
    yield ")"


LEARNS, NO_VECTORS = "a trainable layer learns from it", "there is nothing to learn from"


def fed(tensors: Sequence[Tensor]) -> str:
    """What comes of feeding some vectors to a layer that is trained: `LEARNS`, or the exception that it ends in.

    `NO_VECTORS` where there are none: whoever returns nothing has kept nothing from being learned from.
    """
    if not tensors:
        return NO_VECTORS
    try:
        with torch.enable_grad():
            weights = [torch.ones_like(each, requires_grad=True) for each in tensors]
            losses = [(each * weight).sum() for each, weight in zip(tensors, weights, strict=True)]
            torch.autograd.backward(losses)
    except Exception as error:  # torch's, whatever it is
        return type(error).__name__
    return LEARNS


class GradMode:
    """After which calls torch's grad mode was another than before them."""

    def __init__(self) -> None:
        self._before = torch.is_grad_enabled()
        self._left: list[str] = []

    def look(self, when: str) -> None:
        """Note it if it differs, and put it back."""
        if torch.is_grad_enabled() != self._before:
            self._left.append(when)
            torch.set_grad_enabled(self._before)

    @property
    def left(self) -> str:
        """All of them, in a line."""
        return in_words(dict.fromkeys(self._left))


def state_of(module: nn.Module) -> dict[str, Tensor]:
    """Copies of all parameters and buffers."""
    return {name: each.detach().clone() for name, each in module.state_dict().items()}
