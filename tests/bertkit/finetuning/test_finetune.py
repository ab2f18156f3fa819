"""Fine-tuning in a few lines: gradient descent, what stays frozen, the layers' rates, and the costs."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from bertkit.finetuning.finetune import finetune, layerwise_learning_rates, training_flops
from bertkit.model.freeze import FrozenEncoder


class Line(nn.Module):
    """Loss is the mean of (x · weight + shift)², with a frozen shift."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor([1.0, -2.0], dtype=torch.float64))
        self.shift = nn.Parameter(torch.ones(1, dtype=torch.float64), requires_grad=False)
        self.modes: list[bool] = []

    def forward(self, x: Tensor) -> Tensor:
        self.modes.append(self.training)
        return (x @ self.weight + self.shift).square().mean()


def line_batches(count: int = 3) -> list[dict[str, Tensor]]:
    drawing = torch.Generator().manual_seed(0)
    return [{"x": torch.randn(4, 2, generator=drawing, dtype=torch.float64)} for _ in range(count)]


def test_finetune_is_gradient_descent() -> None:
    model, batches = Line().eval(), line_batches()
    model.weight.grad = torch.full_like(model.weight, 100.0)
    history = finetune(model, batches, torch.optim.SGD(model.parameters(), lr=0.1), epochs=2)
    weight, expected = torch.tensor([1.0, -2.0], dtype=torch.float64), []
    for _ in range(2):
        losses = []
        for batch in batches:
            error = batch["x"] @ weight + 1
            losses.append(float(error.square().mean()))
            weight = weight - 0.1 * 2 * (error[:, None] * batch["x"]).mean(dim=0)
        expected.append(sum(losses) / 3)
    assert history == pytest.approx(expected)
    assert [type(loss) for loss in history] == [float, float]
    torch.testing.assert_close(model.weight.detach(), weight)
    assert model.modes == [True] * 6


@pytest.mark.parametrize("optimizer", [torch.optim.SGD, torch.optim.AdamW])
def test_finetune_leaves_frozen_parts_alone(optimizer: Any) -> None:
    model = nn.Module()
    frozen, head = FrozenEncoder(nn.Sequential(nn.Linear(2, 3), nn.Dropout(0.5))), nn.Linear(3, 1)
    model.frozen, model.head, model.line = frozen, head, Line()
    model.forward = lambda x: model.head(model.frozen(x.float())).square().mean() + model.line(x)
    before = {name: value.clone() for name, value in model.state_dict().items()}
    for parameter in model.parameters():
        parameter.grad = torch.ones_like(parameter)  # stale: weight decay would act on it
    kwargs = {"lr": 0.1, "weight_decay": 0.5, **({"momentum": 0.9} if optimizer is torch.optim.SGD else {})}
    first = finetune(model, line_batches(), optimizer(model.parameters(), **kwargs), epochs=1)
    changed = {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}
    assert changed == {"head.weight", "head.bias", "line.weight"}
    assert len(first) == 1


def test_finetune_at_its_edges() -> None:
    model = Line()
    optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    assert finetune(model, line_batches(), optimizer, epochs=0) == []
    with pytest.raises(ValueError, match="no batches"):
        finetune(model, [], optimizer, epochs=1)


def test_layerwise_learning_rates() -> None:
    assert layerwise_learning_rates(3, 0.5, 0.1) == pytest.approx([0.5e-4, 0.5e-3, 0.5e-2, 0.5e-1, 0.5])
    assert layerwise_learning_rates(2, 3.0, 1.0) == [3.0] * 4
    assert layerwise_learning_rates(0, 1.0, 0.5) == [0.5, 1.0]


@pytest.mark.parametrize("decay", [0.0, -0.5, 1.01, float("nan"), float("inf")])
def test_a_bad_decay_is_named(decay: float) -> None:
    with pytest.raises(ValueError, match=f"decay is {decay}"):
        layerwise_learning_rates(2, 1.0, decay)


@pytest.mark.parametrize(("recipe", "passes"), [("end-to-end", 6 * 5), ("frozen", 2 * 5), ("cached", 2)])
def test_training_flops(recipe: str, passes: int) -> None:
    flops = training_flops(10**12, 10**9, 5, recipe)
    assert flops == passes * 10**21  # exact: a float has not so many digits
    assert type(flops) is int


def test_another_recipe_is_refused() -> None:
    with pytest.raises(ValueError, match="no recipe 'lora'; choose one of end-to-end, frozen, cached"):
        training_flops(1, 1, 1, "lora")
