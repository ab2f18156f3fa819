"""A module is built, given known weights and used: what comes back says what it is like and what it does."""

from typing import Any

import pytest
import torch
from torch import Tensor, nn

from autograder.calls import BEFORE, EVALUATION, KEPT
from autograder.modules import Built, is_trained, of_module
from autograder.running.observe import observe

RUN = Built(("size",), "hidden", ("layer.weight", "layer.bias"))


class Doubling(nn.Module):
    """A linear layer to one number."""

    def __init__(self, size: int) -> None:
        super().__init__()
        self.layer = nn.Linear(size, 1)
        self.calls = 0

    def forward(self, hidden: Tensor) -> Tensor:
        scores: Tensor = self.layer(hidden)
        return scores


SHARED = nn.Linear(3, 1)


class Sharing(Doubling):
    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.layer = SHARED


class Frozen(Doubling):
    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.layer.bias.requires_grad_(False)


class Larger(Doubling):
    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.layer = nn.Linear(size, 2)


class Without(Doubling):
    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.layer = nn.Linear(size, 1, bias=False)
        self.other = nn.Linear(size, 4)


def given(dtype: torch.dtype = torch.float32, **more: Any) -> dict[str, Any]:
    return {
        "size": 3,
        "layer.weight": torch.tensor([[1.0, 2.0, 3.0]], dtype=dtype),
        "layer.bias": torch.tensor([0.5], dtype=dtype),
        "hidden": torch.eye(3, dtype=dtype),
        "training": False,
        **more,
    }


def used(module: type[nn.Module], **more: Any) -> dict[str, Any]:
    record = observe(RUN, module, given(**more))
    assert record["changed"] == []
    assert not record["global_random"]  # starting weights may come from anywhere
    value: dict[str, Any] = record["value"]
    return value


def test_a_right_module() -> None:
    found = used(Doubling)
    assert found["value"].flatten().tolist() == [1.5, 2.5, 3.5]
    assert (found["missing"], found["shared"], found["parameter_elements"]) == ([], 0, 4)
    assert found["trained"] == ["layer.weight", "layer.bias"]
    assert found["shapes"] == {"layer.weight": [1, 3], "layer.bias": [1]}
    assert {name: each.shape for name, each in found["gradients"].items()} == {
        "hidden": (3, 3),
        "layer.weight": (1, 3),
        "layer.bias": (1,),
    }
    assert used(Doubling, dtype=torch.float64)["value"].dtype == torch.float64


@pytest.mark.parametrize(
    ("module", "entry", "due"),
    [
        (Sharing, "shared", 2),
        (Frozen, "trained", ["layer.weight"]),
        (Larger, "shapes", {"layer.weight": [2, 3], "layer.bias": [2]}),
        (Larger, "value", None),
        (Without, "missing", ["layer.bias"]),
        (Without, "parameter_elements", 19),
    ],
)
def test_what_a_module_is_like(module: type[nn.Module], entry: str, due: Any) -> None:
    assert used(module)[entry] == due


def test_a_call_before_and_a_mode() -> None:
    class Remembering(Doubling):
        def forward(self, hidden: Tensor) -> Tensor:
            self.calls += 1
            return super().forward(hidden) * self.calls * (2 if self.training else 1)

    before = {BEFORE: {"hidden": torch.zeros(3, 3)}}
    assert used(Remembering)["value"].flatten().tolist() == [1.5, 2.5, 3.5]
    assert used(Remembering, training=True)["value"].flatten().tolist() == [3.0, 5.0, 7.0]
    assert used(Remembering, **before)["value"].flatten().tolist() == [3.0, 5.0, 7.0]
    assert used(Remembering, **before, **{KEPT: True})["value"].flatten().tolist() == [0.5] * 3
    assert used(Remembering, **{EVALUATION: True})["gradients"] == {}


def test_paths_and_what_is_trained() -> None:
    module = Frozen(3)
    assert of_module(module, "layer.weight") is module.layer.weight
    assert of_module(module, "layer.nothing") is of_module(module, "calls") is None
    assert is_trained(module, module.layer.weight)
    assert not is_trained(module, module.layer.bias)
    assert not is_trained(module, torch.zeros(1))
    assert not is_trained(module, None)
