"""How weights move: parameter groups, the learning-rate schedule, one optimiser step."""

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import nn
from torch.optim import AdamW
from torch.optim.lr_scheduler import LambdaLR

from bertkit.data.checks import check_number, wrong

WARMUP_SHARE = 0.1
"""Part of all steps in which the rate rises, where nobody says otherwise (`warmup_proportion` of BERT's released
`run_classifier.py`)."""


class NotFiniteError(ValueError):
    """A loss or a gradient is infinite or NaN, so that a step would ruin the weights."""


def parameter_groups(model: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """Split the trainable parameters into those that decay and those that do not.

    Biases and the parameters of `nn.LayerNorm` do not decay, as in the released BERT (`optimization.py`,
    `exclude_from_weight_decay`), whatever the modules are called. A bias is known by its own name, the part behind the
    last dot: it is `bias`, ends in `_bias` or begins with `bias_`. A tied parameter is listed once, a frozen one not
    at all.

    Args:
        model: the model to optimise; it stays as it is.
        weight_decay: decay of all other parameters.

    Returns:
        Groups for a torch optimiser, dicts with `params` and `weight_decay`; here two, of which one may be empty.

    >>> model = nn.Sequential(nn.Linear(4, 3), nn.LayerNorm(3))
    >>> groups = torch.optim.SGD(parameter_groups(model, weight_decay=0.01)).param_groups
    >>> sorted((float(group["weight_decay"]), each.numel()) for group in groups for each in group["params"])
    [(0.0, 3), (0.0, 3), (0.0, 3), (0.01, 12)]
    """
    in_norms = {
        id(parameter)
        for module in model.modules()
        if isinstance(module, nn.LayerNorm)
        for parameter in module.parameters(recurse=False)
    }
    decayed: list[nn.Parameter] = []
    spared: list[nn.Parameter] = []
    for name, parameter in model.named_parameters():  # a tied parameter comes once, under its first name
        if parameter.requires_grad:
            own_name = name.rpartition(".")[-1]
            is_bias = own_name == "bias" or own_name.endswith("_bias") or own_name.startswith("bias_")
            (spared if is_bias or id(parameter) in in_norms else decayed).append(parameter)
    return [
        {"params": decayed, "weight_decay": weight_decay},
        {"params": spared, "weight_decay": 0.0},
    ]


def adamw(groups: list[dict[str, object]], learning_rate: float) -> AdamW:
    """The optimiser of BERT: Adam with decoupled weight decay, betas 0.9 and 0.999 (appendix A.2), epsilon 1e-6.

    The epsilon is that of the released `optimization.py`. With torch's own, 1e-8, the rounding noise in gradients that
    are exactly 0 on paper, those of the key biases, would move these weights as fast as all others.

    Raises:
        ValueError: if `groups` are none.
    """
    if not (isinstance(groups, list) and all(isinstance(group, dict) and "params" in group for group in groups)):
        raise wrong("parameter_groups", groups, 'a list of dicts with "params"')
    return AdamW(groups, lr=learning_rate, eps=1e-6, fused=True)


def warmup_linear(step: int, warmup_steps: int, total_steps: int) -> float:
    """Multiplier of the learning rate: up linearly from 0 in `warmup_steps`, then down linearly to 0.

    Args:
        step: steps already taken.
        warmup_steps: steps until the multiplier is 1; with 0 it starts there.
        total_steps: step from which on the multiplier is 0.

    Returns:
        A float from 0 to 1.

    Raises:
        ValueError: if a number is negative, naming it, or `warmup_steps` is larger than `total_steps`.

    >>> [f"{warmup_linear(step, warmup_steps=2, total_steps=6):.2f}" for step in range(7)]
    ['0.00', '0.50', '1.00', '0.75', '0.50', '0.25', '0.00']
    """
    for name, value in (("step", step), ("warmup_steps", warmup_steps), ("total_steps", total_steps)):
        if value < 0:
            raise ValueError(f"{name} is {value}; it cannot be negative")
    if warmup_steps > total_steps:
        raise ValueError(f"warmup_steps {warmup_steps} is larger than total_steps {total_steps}")
    if step >= total_steps:
        return 0.0
    if step < warmup_steps:
        return step / warmup_steps
    return (total_steps - step) / (total_steps - warmup_steps)


def train_step(
    model: nn.Module,
    micro_batches: Sequence[Mapping[str, Any]],
    optimizer: torch.optim.Optimizer,
    scheduler: torch.optim.lr_scheduler.LRScheduler,
    max_grad_norm: float,
) -> float:
    """One optimiser step over micro-batches of equal size, with the gradients of their mean loss.

    Whatever stands in the gradients of the optimiser's parameters before has no effect.

    Args:
        model: `model(**micro_batch)` returns a scalar loss; in training mode in every forward pass.
        micro_batches: at least one, each with the arguments of the model by name.
        optimizer: steps once.
        scheduler: steps once, after the optimiser.
        max_grad_norm: after the last micro-batch, the L2 norm of all gradients together is clipped to this.

    Returns:
        The mean loss of the micro-batches.

    Raises:
        NotFiniteError: if the loss or the gradient is not finite; no weight has moved.

    >>> class SquaredDistance(nn.Module):
    ...     def __init__(self):
    ...         super().__init__()
    ...         self.weight = nn.Parameter(torch.tensor(1.0))
    ...     def forward(self, target):
    ...         return (self.weight - target) ** 2
    >>> model = SquaredDistance()
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.25)
    >>> scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)
    >>> loss = train_step(model, [{"target": 3.0}, {"target": 5.0}], optimizer, scheduler, max_grad_norm=9.0)
    >>> print(loss)  # (4 + 16) / 2
    10.0
    >>> model.weight.item()  # the gradient was (-4 - 8) / 2
    2.5
    """
    model.train()
    optimizer.zero_grad()
    mean_loss = 0.0
    for micro_batch in micro_batches:
        loss = model(**micro_batch) / len(micro_batches)
        loss.backward()
        mean_loss += loss.item()
    norm = float(nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm))
    if not (math.isfinite(mean_loss) and math.isfinite(norm)):
        raise NotFiniteError(f"the loss is {mean_loss}, the norm of its gradient {norm}")
    optimizer.step()
    scheduler.step()
    return mean_loss


ParameterGroups = Callable[[nn.Module, float], list[dict[str, object]]]
"""A function with the signature of `parameter_groups`."""
WarmupLinear = Callable[[int, int, int], float]
"""A function with the signature of `warmup_linear`."""
TrainStep = Callable[
    [nn.Module, list[dict[str, Any]], torch.optim.Optimizer, torch.optim.lr_scheduler.LRScheduler, float], float
]
"""A function with the signature of `train_step`."""


def schedule(
    optimizer: torch.optim.Optimizer, warmup_linear: WarmupLinear, warmup_steps: int, total_steps: int
) -> LambdaLR:
    """The learning rates of an optimiser, each times what `warmup_linear` says of the step."""

    def multiplier(step: int) -> float:
        factor = warmup_linear(step, warmup_steps, total_steps)
        check_number("warmup_linear", factor)
        return factor

    return LambdaLR(optimizer, multiplier)


def guarded(step: Callable[[], float], number: int, dropout_seed: int, remedy: str) -> float:
    """Take step `number` of a training, and return its loss.

    Dropout is drawn from its own seed, whatever was drawn before; the global random state is left as it was.

    Raises:
        ValueError: with the `remedy`, if loss or gradient are not finite.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(dropout_seed)
        try:
            loss = step()
            if isinstance(loss, float) and not math.isfinite(loss):  # a step of one's own may not look
                raise NotFiniteError(f"the loss is {loss}")
        except NotFiniteError as error:
            raise ValueError(f"training diverged at step {number}: {error}; {remedy}") from error
    check_number("train_step", loss)
    return loss
