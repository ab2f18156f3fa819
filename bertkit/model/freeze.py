"""Keeping an encoder as it is: the feature-based use of BERT (Devlin et al. 2019, section 5.3)."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Self

import torch
from torch import Tensor, nn

from bertkit.data.checks import check_module


class FrozenEncoder(nn.Module):
    """An encoder that never learns: no gradient, and no dropout whatever the mode of the model around it.

    The encoder is a part of this module, under any name, and none of its parameters is trainable.

    Args:
        encoder: any module; what it takes and what it returns is its own affair.

    >>> frozen = FrozenEncoder(nn.Sequential(nn.Linear(4, 40), nn.Dropout(0.5)))
    >>> model = nn.Sequential(frozen, nn.Linear(40, 2)).train()  # a fresh head on top
    >>> x = torch.ones(2, 4)
    >>> torch.equal(frozen(x), frozen(x)), frozen(x).requires_grad, model(x).requires_grad
    (True, False, True)
    >>> len([each for each in model.parameters() if each.requires_grad])  # weight and bias of the head
    2
    """

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.encoder = encoder.requires_grad_(False)
        self.encoder.eval()

    def train(self, mode: bool = True) -> Self:
        """Switch this module's own flag; the encoder stays in evaluation mode. Returns the module itself."""
        super().train(mode)
        self.encoder.eval()
        return self

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        """Whatever the encoder returns for these arguments, of any type, without a gradient.

        It can be fed to layers that are trained. Torch's grad mode is left as it was, also after an error.
        """
        with torch.no_grad():
            return self.encoder(*args, **kwargs)


def cache_features(encoder: nn.Module, batches: Iterable[Mapping[str, Tensor]]) -> Tensor:
    """Run a frozen encoder once and keep what a classifier on `[CLS]` needs.

    Every epoch after that costs nothing but the classifier: the encoder would give the same vectors again.

    Args:
        encoder: `encoder(**batch)` returns vectors of shape (B, T, H). Dropout is off while it runs; afterwards each
            part is in the mode that it was in, also after an error. Parameters and their gradients are left alone.
        batches: the arguments of each call, at least one.

    Returns:
        The vector at position 0 of every example, in order. It has no gradient, and can be fed to layers that learn.
            Shape: (N, H)

    Raises:
        ValueError: if there are no batches.

    >>> encoder = nn.Embedding(10, 4)
    >>> cache_features(encoder, [{"input": torch.tensor([[2, 7], [2, 8]])}, {"input": torch.tensor([[2, 9]])}]).shape
    torch.Size([3, 4])
    """
    with evaluation_mode(encoder), torch.no_grad():
        features = [encoder(**batch)[:, 0] for batch in batches]
    if not features:
        raise ValueError("there are no batches to compute features of; pass at least one")
    return torch.cat(features)


@contextmanager
def evaluation_mode(model: nn.Module) -> Iterator[None]:
    """Dropout off for a while; afterwards every part of `model` is in the mode that it was in, also after an error."""
    with put_back(model):
        model.eval()
        yield


@contextmanager
def frozen(encoder: nn.Module, freeze: Callable[[nn.Module], nn.Module] = FrozenEncoder) -> Iterator[nn.Module]:
    """What `freeze` makes of `encoder`, which can learn again afterwards if it could before, also after an error."""
    with put_back(encoder):
        kept = freeze(encoder)
        check_module("FrozenEncoder", kept)
        yield kept


@contextmanager
def put_back(model: nn.Module) -> Iterator[None]:
    """Afterwards every part of `model` is in the mode that it was in, and learns if it did, also after an error."""
    modes = [(part, part.training) for part in model.modules()]
    learning = [(parameter, parameter.requires_grad) for parameter in model.parameters()]
    try:
        yield
    finally:
        for part, was_training in modes:
            part.training = was_training
        for parameter, learned in learning:
            parameter.requires_grad_(learned)
