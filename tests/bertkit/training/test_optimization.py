"""Parameter groups, the schedule and one optimiser step, against definitions by hand."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn
from torch.optim.lr_scheduler import LambdaLR

from bertkit.training.optimization import NotFiniteError, parameter_groups, train_step, warmup_linear


class Odd(nn.Module):
    """Parameters whose names or owners decide whether they decay."""

    def __init__(self) -> None:
        super().__init__()
        self.embedding = nn.Embedding(5, 3)
        self.linear = nn.Linear(3, 5)
        self.linear.weight = self.embedding.weight
        self.norm = nn.LayerNorm(3)
        self.out_bias = nn.Parameter(torch.ones(2))
        self.bias_in = nn.Parameter(torch.ones(2))
        self.unbiased = nn.Parameter(torch.ones(2))
        self.frozen = nn.Parameter(torch.ones(2), requires_grad=False)


def test_parameter_groups() -> None:
    model = Odd()
    decayed, spared = parameter_groups(model, 0.3)
    names = {id(parameter): name for name, parameter in model.named_parameters()}
    assert decayed["weight_decay"] == 0.3
    assert spared["weight_decay"] == 0
    assert [names[id(parameter)] for parameter in decayed["params"]] == ["unbiased", "embedding.weight"]
    assert sorted(names[id(parameter)] for parameter in spared["params"]) == [
        "bias_in",
        "linear.bias",
        "norm.bias",
        "norm.weight",
        "out_bias",
    ]


def test_groups_of_a_bert(model_for: Any) -> None:
    model = model_for()
    decayed, spared = (group["params"] for group in parameter_groups(model, 0.1))
    assert len({id(parameter) for parameter in decayed + spared}) == len(decayed + spared)
    assert len(decayed + spared) == len(list(model.parameters()))
    assert all(parameter.dim() == 2 for parameter in decayed)
    assert all(parameter.dim() == 1 for parameter in spared)


def test_warmup_linear() -> None:
    assert [warmup_linear(step, 4, 10) for step in (0, 1, 3, 4, 5, 7, 9, 10, 11, 99)] == pytest.approx(
        [0, 1 / 4, 3 / 4, 1, 5 / 6, 1 / 2, 1 / 6, 0, 0, 0]
    )


@pytest.mark.parametrize(
    ("warmup_steps", "total_steps", "expected"),
    [(0, 4, [1, 3 / 4, 1 / 2, 1 / 4, 0]), (4, 4, [0, 1 / 4, 1 / 2, 3 / 4, 0]), (0, 0, [0] * 5)],
)
def test_warmup_at_its_edges(warmup_steps: int, total_steps: int, expected: list[float]) -> None:
    assert [warmup_linear(step, warmup_steps, total_steps) for step in range(5)] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("numbers", "message"),
    [
        ((-1, 2, 3), "step is -1"),
        ((1, -2, 3), "warmup_steps is -2"),
        ((1, 0, -3), "total_steps is -3"),
        ((0, 4, 3), "warmup_steps 4 is larger than total_steps 3"),
    ],
)
def test_a_bad_schedule_is_named(numbers: tuple[int, int, int], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        warmup_linear(*numbers)


class Slope(nn.Module):
    """Loss is the mean of weight · x, so that its gradient is the mean of x."""

    def __init__(self, dropped: float = 0.0) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([1.0, 2.0]))
        self.modes: list[bool] = []

    def forward(self, x: Tensor) -> Tensor:
        self.modes.append(self.training)
        return (x @ self.weight).mean()


def step(model: Slope, *inputs: list[list[float]], max_grad_norm: float = 1e9, rate: float = 0.5) -> tuple[float, Any]:
    optimizer = torch.optim.SGD(model.parameters(), lr=rate)
    scheduler = LambdaLR(optimizer, lambda taken: 0.1**taken)
    return train_step(model, [{"x": torch.tensor(x)} for x in inputs], optimizer, scheduler, max_grad_norm), scheduler


def test_train_step_averages_micro_batches_and_forgets_stale_gradients() -> None:
    model = Slope().eval()
    model.weight.grad = torch.tensor([100.0, 100.0])
    loss, scheduler = step(model, [[1.0, 0.0]], [[3.0, 2.0]])
    assert loss == pytest.approx((1 + 7) / 2)
    assert model.weight.tolist() == pytest.approx([1 - 0.5 * 2, 2 - 0.5 * 1])
    assert model.modes == [True, True]
    assert scheduler.get_last_lr() == pytest.approx([0.05])


def test_train_step_clips_once_over_everything() -> None:
    model = Slope()
    step(model, [[3.0, 4.0]], [[3.0, 4.0]], max_grad_norm=1.0, rate=1.0)
    assert model.weight.tolist() == pytest.approx([1 - 0.6, 2 - 0.8], abs=1e-4)


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
@pytest.mark.parametrize("position", [0, 1])
def test_train_step_moves_nothing_where_the_loss_is_not_finite(bad: float, position: int) -> None:
    model = Slope()
    batches = [[[1.0, 0.0]], [[1.0, 0.0]]]
    batches[position] = [[bad, 0.0]]
    with pytest.raises(NotFiniteError, match=f"the loss is {bad}"):
        step(model, *batches)
    assert model.weight.tolist() == [1, 2]


def test_train_step_moves_nothing_where_only_the_gradient_is_not_finite() -> None:
    class Root(Slope):
        def forward(self, x: Tensor) -> Tensor:
            return (self.weight * x).sqrt().sum()  # at 0 the value is 0 and the slope infinite

    model = Root()
    with pytest.raises(NotFiniteError, match="norm of its gradient nan"):
        step(model, [0.0, 0.0])
    assert model.weight.tolist() == [1, 2]
