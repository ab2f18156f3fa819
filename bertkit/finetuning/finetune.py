"""Fine-tuning in a few lines: the loop itself, the rates of the layers, and what it costs."""

from torch import Tensor, nn
from torch.optim import Optimizer


def finetune(model: nn.Module, batches: list[dict[str, Tensor]], optimizer: Optimizer, epochs: int) -> list[float]:
    """Train on all batches, `epochs` times over, in training mode.

    Gradients from before the call have no effect. What is frozen stays as it is: parameters, and the mode of an encoder
    that a part of the model keeps in evaluation mode.

    Args:
        model: `model(**batch)` returns a scalar loss. Parts of it may be frozen.
        batches: one optimiser step each, in this order.
        optimizer: of the parameters that are to learn, in one group or several.
        epochs: how often to go over the batches.

    Returns:
        For each epoch the plain mean of its batches' losses, each taken before its step, a Python float.

    Raises:
        ValueError: if there are no batches.

    >>> import torch
    >>> class SquaredDistance(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.weight = nn.Parameter(torch.tensor(1.0))
    ...     def forward(self, target):
    ...         return (self.weight - target) ** 2
    >>> model = SquaredDistance()
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    >>> print(*finetune(model, [{"target": torch.tensor(3.0)}], optimizer, epochs=2))  # the weight: 1, then 2, then 2.5
    4.0 1.0
    """
    if not batches:
        raise ValueError("there are no batches to train on; pass at least one")
    model.train()
    history: list[float] = []
    for _ in range(epochs):
        total = 0.0
        for batch in batches:
            # A gradient that is None, not 0, keeps weight decay and momentum off the frozen parameters.
            optimizer.zero_grad(set_to_none=True)
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            total += loss.item()
        history.append(total / len(batches))
    return history


def layerwise_learning_rates(num_layers: int, base_lr: float, decay: float) -> list[float]:
    """Lower layers learn more slowly, the head fastest (Howard and Ruder 2018, section 3.2, "discriminative").

    Args:
        num_layers: number of transformer layers.
        base_lr: rate of the head.
        decay: each part's rate is the next higher one's times this; 1 gives all the same.

    Returns:
        `num_layers + 2` rates from the bottom up: embeddings, each layer, head.

    Raises:
        ValueError: unless `decay` is above 0 and at most 1, naming it.

    >>> print(*layerwise_learning_rates(2, base_lr=1.0, decay=0.5))  # embeddings, two layers, head
    0.125 0.25 0.5 1.0
    """
    if not 0 < decay <= 1:  # also catches NaN, for which every comparison is False
        raise ValueError(f"decay is {decay}; it has to be above 0 and at most 1")
    return [base_lr * decay**above for above in range(num_layers + 1, -1, -1)]


FLOPS_PER_PARAMETER = {"end-to-end": 6, "frozen": 2, "cached": 2}
"""Of one token: 2 forward, a multiplication and an addition, and twice that backward (Kaplan et al. 2020,
arXiv 2001.08361, section 2.1)."""


def training_flops(encoder_parameters: int, tokens: int, epochs: int, recipe: str) -> int:
    """Cost of a training in the encoder's matrix products, in floating-point operations.

    Args:
        encoder_parameters: number of weights in the encoder.
        tokens: number of tokens in one epoch.
        epochs: how often they are read.
        recipe: "end-to-end" (forward and backward: 6 for each weight and token, in every epoch), "frozen" (forward
            only: 2, in every epoch), or "cached" (forward only: 2, once, whatever `epochs` is).

    Returns:
        A whole number, exact however large.

    Raises:
        ValueError: for another recipe, naming it.

    >>> training_flops(1000, 50, 3, "end-to-end"), training_flops(1000, 50, 3, "cached")
    (900000, 100000)
    """
    if recipe not in FLOPS_PER_PARAMETER:
        raise ValueError(f"there is no recipe {recipe!r}; choose one of {', '.join(FLOPS_PER_PARAMETER)}")
    passes = 1 if recipe == "cached" else epochs
    return FLOPS_PER_PARAMETER[recipe] * encoder_parameters * tokens * passes
