"""Small trainings as plain data, and how they are built beside the code of a learner.

A training is what the exercises `pretraining.train_step` and `pretraining.checkpoint` are given: a model, an optimiser
and a scheduler. Plain data is all that reaches the process of an answer, so a training is sent as a plan.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import SGD, Adam, AdamW, Optimizer, RMSprop
from torch.optim.lr_scheduler import CosineAnnealingLR, ExponentialLR, LambdaLR, LinearLR, LRScheduler, StepLR

Plan = dict[str, Any]
"""`features`, `hidden` and `layers`; how the model is made, `normalised` "by batch" or "by row", `dropout`, `tied`,
`frozen`, `spare` (a parameter that no loss uses), `extra` (one that the optimiser has and the model has not);
`optimizer`, `schedule`, `rate`, `decay` and `groups`; `weights`, numbers to fill the parameters with."""

EPSILON = 0.01
"""Of Adam and its kin: a gradient that is 0 but for rounding must not become a whole step."""
OPTIMIZERS: dict[str, Callable[[list[dict[str, Any]], float], Optimizer]] = {
    "SGD": lambda groups, rate: SGD(groups, lr=rate),
    "SGD with momentum": lambda groups, rate: SGD(groups, lr=rate, momentum=0.9),
    "Adam": lambda groups, rate: Adam(groups, lr=rate, eps=EPSILON),
    "AdamW": lambda groups, rate: AdamW(groups, lr=rate, eps=EPSILON),
    "RMSprop": lambda groups, rate: RMSprop(groups, lr=rate, eps=EPSILON, momentum=0.5),
}
SCHEDULES: dict[str, Callable[[Optimizer], LRScheduler]] = {
    "LambdaLR": lambda optimizer: LambdaLR(optimizer, lambda step: 1 / (1 + 0.3 * step)),
    "StepLR": lambda optimizer: StepLR(optimizer, step_size=2, gamma=0.5),
    "ExponentialLR": lambda optimizer: ExponentialLR(optimizer, gamma=0.7),
    "LinearLR": lambda optimizer: LinearLR(optimizer, start_factor=0.2, total_iters=6),
    "CosineAnnealingLR": lambda optimizer: CosineAnnealingLR(optimizer, T_max=7),
}
TRAINING, EVALUATION, MIXED, ROOT = "training", "evaluation", "mixed", "root"
"""Modes of a model: that of all its modules; training for every other one of them, the model itself not among them; or
for the model itself alone."""

PARAMETERS, BUFFERS, OPTIMIZER = "the parameters", "the buffers", "the optimiser's state"
SCHEDULER, RANDOM = "the scheduler's state", "the random state"
RESTORED = (PARAMETERS, BUFFERS, OPTIMIZER, SCHEDULER, RANDOM)
"""What a load brings back."""
GRADIENTS, FLAGS, MODES = "gradients", "`requires_grad`", "the model's mode"
NEXT_STEPS = 2
NOTHING = "nothing"


class Linear(nn.Linear):
    """A linear layer that draws no starting weights when it is made: they are given to it."""

    _made = False

    def reset_parameters(self) -> None:
        """Nothing the first time; from then on what a layer does."""
        if self._made:
            super().reset_parameters()
        self._made = True


class Network(nn.Module):
    """A few layers whose `forward` returns a scalar loss; it counts its forward passes in training in a buffer."""

    def __init__(self, plan: Plan, dtype: torch.dtype) -> None:
        super().__init__()
        width, hidden = plan["features"], plan["hidden"]
        self.first = Linear(width, hidden)
        self.norm = nn.BatchNorm1d(hidden) if plan["normalised"] == "by batch" else nn.LayerNorm(hidden)
        self.dropout = nn.Dropout(plan["dropout"])
        self.inner = nn.ModuleList(Linear(hidden, hidden) for _ in range(plan["layers"]))
        self.last = Linear(hidden, width)
        self.passes: Tensor
        self.register_buffer("passes", torch.zeros((), dtype=torch.int64))
        self.modes_seen: set[str] = set()
        """Those in which the modules were during forward passes."""
        if plan["spare"]:
            self.spare = nn.Parameter(torch.zeros(3))
        if plan["tied"]:
            for layer in self.inner[1:]:
                layer.weight = self.inner[0].weight
        if plan["frozen"]:
            self.first.requires_grad_(False)
        self.to(dtype)

    def forward(self, x: Tensor, targets: Tensor) -> Tensor:
        """Shapes: (rows, features) both, to a scalar."""
        self.modes_seen |= {TRAINING if each else EVALUATION for each in modes_of(self)}
        if self.training:
            self.get_buffer("passes").add_(1)
        return (self.outputs(x) - targets).square().mean()

    def outputs(self, x: Tensor) -> Tensor:
        """What is held against the targets. Shape: (rows, features)"""
        hidden = self.dropout(self.norm(self.first(x)).tanh())
        for layer in self.inner:
            hidden = hidden + layer(hidden).tanh()
        outputs: Tensor = self.last(hidden)
        return outputs


@dataclass(frozen=True)
class Training:
    """What a step is taken with."""

    model: Network
    optimizer: Optimizer
    scheduler: LRScheduler

    @property
    def parameters(self) -> list[nn.Parameter]:
        """Those that the optimiser changes, in the order of its groups."""
        return [parameter for group in self.optimizer.param_groups for parameter in group["params"]]


def built(plan: Plan, other: bool = False) -> Training:
    """The training that a plan describes; with `other`, at other starting values."""
    numbers: Tensor = plan["weights"]
    model = Network(plan, numbers.dtype)
    extra = [nn.Parameter(numbers[:2].clone())] if plan["extra"] else []
    parameters = [*model.parameters(), *extra]
    fill(parameters, 0.1 - 0.5 * numbers if other else numbers)
    if other:
        for buffer in model.buffers():
            buffer.copy_(buffer + 1)
    trained = [each for each in parameters if each.requires_grad]
    optimizer = optimizer_of(plan, trained)
    return Training(model, optimizer, SCHEDULES[plan["schedule"]](optimizer))


def optimizer_of(plan: Plan, parameters: Sequence[nn.Parameter]) -> Optimizer:
    """The optimiser of a plan, with some parameters in one group or two; the second is slower, and does not decay."""
    half = len(parameters) // 2
    parts = [parameters[:half], parameters[half:]] if plan["groups"] > 1 else [parameters]
    rates = [plan["rate"] * factor for factor in (1, 0.5)]
    groups = [
        {"params": [*part], "lr": rate, "weight_decay": decay}
        for part, rate, decay in zip(parts, rates, (plan["decay"], 0.0), strict=False)
    ]
    return OPTIMIZERS[plan["optimizer"]](groups, plan["rate"])


def fill(parameters: Sequence[nn.Parameter], numbers: Tensor) -> None:
    """Give parameters so many of the numbers, one after the other, and from the beginning again where they end."""
    sizes = [each.numel() for each in parameters]
    enough = numbers.repeat(1 + sum(sizes) // len(numbers))[: sum(sizes)]
    with torch.no_grad():
        for each, own in zip(parameters, torch.split(enough, sizes), strict=True):
            each.copy_(own.view(each.shape) / each.shape[-1] ** 0.5)


def set_mode(model: nn.Module, mode: str) -> None:
    """Put a model and its modules in training or evaluation mode, or some of them in one and some in the other."""
    for place, module in enumerate(model.modules()):
        module.training = mode == TRAINING or (mode == MIXED and place % 2 == 1) or (mode == ROOT and place == 0)


def modes_of(model: nn.Module) -> list[bool]:
    """Whether each module is in training mode."""
    return [module.training for module in model.modules()]


def gradients_of(parameters: Sequence[nn.Parameter]) -> list[Tensor | None]:
    """Copies of what stands in `.grad`."""
    return [None if each.grad is None else each.grad.clone() for each in parameters]


def in_a_row(tensors: Sequence[Tensor | None], parameters: Sequence[Tensor]) -> Tensor:
    """All numbers of some tensors; 0 where a parameter has none."""
    return torch.cat(
        [
            (torch.zeros_like(parameter) if each is None else each).detach().flatten()
            for each, parameter in zip(tensors, parameters, strict=True)
        ]
    )


def batch_of(plan: Plan) -> dict[str, Tensor]:
    """What every step of such a training is taken on: numbers of the plan."""
    numbers, width = plan["weights"], plan["features"]
    index = torch.arange(8 * width)
    return {
        "x": numbers[index % len(numbers)].view(8, width),
        "targets": numbers[(3 * index + 1) % len(numbers)].view(8, width),
    }


def take_step(training: Training, batch: dict[str, Tensor]) -> float:
    """One step as any training takes it; gives the loss."""
    training.model.train()
    training.optimizer.zero_grad()
    loss: Tensor = training.model(**batch)
    torch.autograd.backward(loss)
    training.optimizer.step()
    training.scheduler.step()
    return loss.item()


def trained(plan: Plan, steps: int, seed: int, other: bool = False) -> Training:
    """A training after so many steps."""
    training, batch = built(plan, other), batch_of(plan)
    torch.default_generator.manual_seed(seed)
    for _ in range(steps):
        take_step(training, batch)
    return training


def going_on(training: Training, plan: Plan) -> dict[str, Any]:
    """What the next steps of a training come to, and a number that is drawn after them."""
    batch = batch_of(plan)
    rates, losses = [], []
    for _ in range(NEXT_STEPS):
        rates.append(float(training.optimizer.param_groups[0]["lr"]))
        losses.append(take_step(training, batch))
    model = training.model
    return {
        "losses": losses,
        "rates": [*rates, *map(float, training.scheduler.get_last_lr())],
        "weights": in_a_row([*model.parameters()], [*model.parameters()]),
        "buffers": torch.cat([each.detach().double().flatten() for each in model.buffers()]),
        "drawn": float(torch.rand((), dtype=torch.float64)),
    }


def standing(training: Training) -> dict[str, Any]:
    """How a training is, by what a learner calls it."""
    model, parameters = training.model, [*training.model.parameters()]
    return {
        PARAMETERS: [each.detach().clone() for each in parameters],
        BUFFERS: [each.clone() for each in model.buffers()],
        OPTIMIZER: [
            [dict(training.optimizer.state.get(each, {})) for each in training.parameters],
            [
                {name: value for name, value in group.items() if name != "params"}
                for group in training.optimizer.param_groups
            ],
        ],
        SCHEDULER: [training.scheduler.last_epoch, [*training.scheduler.get_last_lr()]],
        RANDOM: torch.get_rng_state(),
        GRADIENTS: gradients_of(parameters),
        FLAGS: [each.requires_grad for each in parameters],
        MODES: modes_of(model),
    }


def kept(value: Any) -> Any:
    """A copy of what `standing` tells, which further steps leave alone."""
    if isinstance(value, Tensor):
        return value.clone()
    if isinstance(value, dict):
        return {name: kept(each) for name, each in value.items()}
    return [kept(each) for each in value] if isinstance(value, list | tuple) else value


def equal(left: Any, right: Any) -> bool:
    """Whether two such values say the same; a number in a tensor is one, and a tuple is a list."""
    if isinstance(left, Tensor) and isinstance(right, Tensor):
        return left.dtype == right.dtype and torch.equal(left, right)
    if isinstance(left, dict) and isinstance(right, dict):
        return left.keys() == right.keys() and all(equal(left[name], right[name]) for name in left)
    if isinstance(left, list | tuple) and isinstance(right, list | tuple):
        return len(left) == len(right) and all(map(equal, left, right))
    if any(isinstance(each, Tensor) and each.numel() != 1 for each in (left, right)):
        return False
    return bool(left == right)


def differing(before: Mapping[str, Any], after: Mapping[str, Any], names: Sequence[str]) -> list[str]:
    """Those of the names under which two trainings differ."""
    return [name for name in names if not equal(before[name], after[name])]


def in_words(names: Iterable[str]) -> str:
    """Names in one line, in which they are compared as a whole."""
    return ", ".join(names) or NOTHING


def described(plan: Plan) -> str:
    """A plan in words."""
    return ", ".join(told(plan))


def told(plan: Plan) -> Iterator[str]:
    """What a plan says that differs from the plainest."""
    yield f"a network of {plan['features']} features"
    yield "BatchNorm" if plan["normalised"] == "by batch" else "LayerNorm"
    if plan["dropout"]:
        yield f"dropout {plan['dropout']:.2g}"
    for key, words in (
        ("tied", "tied weights"),
        ("frozen", "a frozen layer"),
        ("spare", "a parameter that no loss uses"),
        ("extra", "a parameter that the optimiser has and the model has not"),
    ):
        if plan[key]:
            yield words
    yield f"{plan['optimizer']} with {plan['groups']} group{'s' * (plan['groups'] > 1)}, rate {plan['rate']:.3g}"
    yield str(plan["schedule"])
