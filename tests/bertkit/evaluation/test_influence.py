"""Influence: functions whose dependencies are known, and the lesson's two layers that relay a hidden token."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn

from bertkit.evaluation.influence import influence, visible_targets
from bertkit.model.attention import causal_mask
from bertkit.model.config import BertConfig
from bertkit.model.encoder import Layer

T, H = 4, 3
EYE, FULL = torch.eye(T, dtype=torch.bool), torch.ones(T, T, dtype=torch.bool)
NONE = ~FULL


def inputs(dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.randn(T, H, generator=torch.Generator().manual_seed(0), dtype=dtype)


def last_feature_only(x: Tensor) -> Tensor:
    """Row i takes one feature of the row before it, and gives it as one feature."""
    out = torch.zeros_like(x)
    out[1:, -1] = x[:-1, 0]
    return out


FUNCTIONS: dict[str, tuple[Callable[[Tensor], Tensor], Tensor]] = {
    "cumulative sum": (lambda x: x.cumsum(dim=0), causal_mask(T)),
    "from the right": (lambda x: x.flip(0).cumsum(dim=0).flip(0), causal_mask(T).T),
    "each for itself": (lambda x: torch.tanh(x), EYE),
    "mean": (lambda x: x.mean(dim=0).expand(T, H), FULL),
    "the row before": (last_feature_only, torch.ones(T, T).tril(-1).triu(-1).bool()),
    "the input itself": (lambda x: x, EYE),
    "a constant": (lambda x: torch.ones(T, H), NONE),
    "a constant with a gradient": (lambda x: nn.Parameter(torch.ones(T, H)) * 2, NONE),
    "without a gradient": (lambda x: x.detach() * 2, NONE),
    # Derivatives that add up to 0, and tiny ones, count as well.
    "turned round": (lambda x: -x, EYE),
    "a difference": (lambda x: x - x.mean(dim=1, keepdim=True), EYE),
    "tiny": (lambda x: x + 1e-30 * x.sum(dim=0), FULL),
}


@pytest.mark.parametrize("name", FUNCTIONS)
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
def test_functions_whose_influence_is_known(name: str, dtype: torch.dtype) -> None:
    fn, expected = FUNCTIONS[name]
    found = influence(lambda x: fn(x).to(dtype), inputs(dtype))
    assert found.dtype == torch.bool
    assert torch.equal(found, expected)


def test_one_position() -> None:
    assert influence(torch.sin, torch.ones(1, 5)).tolist() == [[True]]


def test_inputs_need_not_be_contiguous() -> None:
    strided = torch.randn(H, T, generator=torch.Generator().manual_seed(0)).T
    assert torch.equal(influence(lambda x: x.cumsum(dim=0), strided), causal_mask(T))


@pytest.mark.parametrize("needs_gradient", [False, True])
@pytest.mark.parametrize("grad_mode", [False, True])
def test_gradients_stay_as_they_were(needs_gradient: bool, grad_mode: bool) -> None:
    layer = nn.Linear(H, H)
    layer.weight.grad = torch.full((H, H), 7.0)
    x = inputs().requires_grad_(needs_gradient)
    with torch.set_grad_enabled(grad_mode):
        found = influence(layer, x)
        assert torch.is_grad_enabled() == grad_mode
    assert torch.equal(found, EYE)
    assert x.grad is None
    assert layer.bias.grad is None
    assert (layer.weight.grad == 7).all()
    assert x.requires_grad == needs_gradient


@pytest.mark.parametrize(("layers", "relayed"), [(1, False), (2, True)])
def test_two_layers_relay_what_one_hides(layers: int, relayed: bool) -> None:
    config = BertConfig(50, 16, layers, 2, 32, T)
    stack = nn.ModuleList(Layer(config) for _ in range(layers)).eval()
    hidden_target = FULL.clone()
    hidden_target[torch.arange(T - 1), torch.arange(1, T)] = False  # everything but one's own target

    def encode(x: Tensor) -> Tensor:
        vectors = x[None]
        for layer in stack:
            vectors = layer(vectors, hidden_target)
        return vectors[0]

    found = influence(encode, torch.randn(T, 16, generator=torch.Generator().manual_seed(1)))
    assert visible_targets(found).tolist() == [relayed] * (T - 1) + [False]
    assert found[hidden_target].all()


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (causal_mask(T), [False] * T),
        (FULL, [True, True, True, False]),
        (torch.tensor([[0, 1, 0, 0], [0, 0, 0, 1], [0, 0, 0, 1], [1, 0, 0, 0]]).bool(), [True, False, True, False]),
        (torch.ones(1, 1, dtype=torch.bool), [False]),
        (torch.tensor([[0, 0], [1, 1]]).bool().T, [True, False]),
    ],
    ids=["causal", "full", "mixed", "one token", "not contiguous"],
)
def test_visible_targets(seen: Tensor, expected: list[bool]) -> None:
    before = seen.clone()
    found = visible_targets(seen)
    assert found.dtype == torch.bool
    assert found.tolist() == expected
    assert torch.equal(seen, before)
