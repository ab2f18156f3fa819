"""Attention against loops over single numbers, and at its edges: rows that may attend to nothing."""

import math

import pytest
import torch
from torch import Tensor
from torch.nn import functional as F

from bertkit.model.attention import SelfAttention, attention, causal_mask

FLOATS = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])


def draw(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


@pytest.mark.parametrize("seq_len", [1, 2, 7])
def test_causal_mask(seq_len: int) -> None:
    mask = causal_mask(seq_len)
    assert mask.dtype == torch.bool
    assert mask.tolist() == [[to <= place for to in range(seq_len)] for place in range(seq_len)]


@pytest.mark.parametrize("seq_len", [0, -3])
def test_no_positions_no_mask(seq_len: int) -> None:
    with pytest.raises(ValueError, match=f"seq_len is {seq_len}"):
        causal_mask(seq_len)


def by_loops(query: Tensor, key: Tensor, value: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """The formula for matrices without leading dimensions, a row at a time."""
    output, weights = value.new_zeros(len(query), value.shape[1]), query.new_zeros(len(query), len(key))
    for i, one in enumerate(query):
        powers = {j: math.exp(float(one @ other) / math.sqrt(len(one))) for j, other in enumerate(key) if mask[i, j]}
        for j, power in powers.items():
            weights[i, j] = power / sum(powers.values())
            output[i] += weights[i, j] * value[j]
    return output, weights


@FLOATS
@pytest.mark.parametrize("leading", [(), (1,), (2, 3)], ids=str)
@pytest.mark.parametrize("mask_dimensions", [2, None], ids=["shared mask", "mask of its own"])
def test_attention_is_its_formula(leading: tuple[int, ...], mask_dimensions: int | None, dtype: torch.dtype) -> None:
    query, key, value = (
        draw(*leading, *shape, seed=seed, dtype=dtype) for seed, shape in enumerate([(4, 5), (6, 5), (6, 2)])
    )
    mask = draw(*(leading if mask_dimensions is None else ()), 4, 6, seed=9) > 0
    mask[..., 1, :] = False
    output, weights = attention(query, key, value, mask)
    assert (output.shape, weights.shape) == ((*leading, 4, 2), (*leading, 4, 6))
    assert (output.dtype, weights.dtype) == (dtype, dtype)
    everywhere = mask.expand(*leading, 4, 6)
    for index in torch.cartesian_prod(*map(torch.arange, leading)).reshape(-1, len(leading)) if leading else [()]:
        place = tuple(index)
        expected = by_loops(query[place], key[place], value[place], everywhere[place])
        torch.testing.assert_close((output[place], weights[place]), expected)
    assert (weights[~everywhere] == 0).all()


def test_without_a_mask_all_see_all() -> None:
    query, key, value = draw(3, 4), draw(5, 4, seed=1), draw(5, 4, seed=2)
    everything = torch.ones(3, 5, dtype=torch.bool)
    torch.testing.assert_close(attention(query, key, value), attention(query, key, value, everything))
    torch.testing.assert_close(attention(query, key, value)[1].sum(dim=-1), torch.ones(3))


@FLOATS
@pytest.mark.parametrize("scale", [1.0, 1e4])
def test_a_row_that_may_see_nothing(scale: float, dtype: torch.dtype) -> None:
    tensors = [(scale * draw(2, 3, 4, seed=seed, dtype=dtype)).requires_grad_() for seed in range(3)]
    mask = torch.tensor([[True, False, True], [False, False, False], [False, False, True]])
    output, weights = attention(*tensors, mask)
    assert (weights[:, 1] == 0).all()
    assert (output[:, 1] == 0).all()
    (output.square().sum() + weights.sum()).backward()
    for tensor in tensors:
        assert tensor.grad is not None
        assert tensor.grad.isfinite().all()
    assert tensors[2].grad is not None
    assert (tensors[2].grad[:, 1] == 0).all()  # no row may see it
    assert tensors[2].grad[:, 2].abs().sum() > 0


def test_tensors_need_not_be_contiguous_and_stay_as_they_are() -> None:
    stacked = draw(3, 5, 2, 4)  # (T, d) of each is strided
    query, key, value = stacked[:, :, 0], stacked[:, :, 1], stacked[:, :, 1].flip(0)
    before, mask = stacked.clone(), causal_mask(5)
    torch.testing.assert_close(
        attention(query, key, value, mask),
        attention(query.contiguous(), key.contiguous(), value.contiguous(), mask),
    )
    assert torch.equal(stacked, before)
    assert torch.equal(mask, causal_mask(5))


@pytest.mark.parametrize("masked", [False, True])
def test_self_attention_agrees_with_torch(masked: bool) -> None:
    ours = SelfAttention(12, num_heads=3, dropout=0.0)
    theirs = torch.nn.MultiheadAttention(12, 3, batch_first=True)
    with torch.no_grad():
        projections = (ours.query, ours.key, ours.value)
        theirs.in_proj_weight.copy_(torch.cat([part.weight for part in projections]))
        theirs.in_proj_bias.copy_(torch.cat([part.bias for part in projections]))
        theirs.out_proj.load_state_dict(ours.output.state_dict())
    hidden = draw(2, 5, 12)
    mask = causal_mask(5) if masked else None
    expected, weights = theirs(
        hidden, hidden, hidden, attn_mask=None if mask is None else ~mask, average_attn_weights=False
    )
    torch.testing.assert_close(ours(hidden, mask), expected)
    torch.testing.assert_close(ours.weights(hidden, mask), weights)


def test_attention_is_torchs_own() -> None:
    query, key, value = (draw(2, 3, 5, 4, seed=seed) for seed in range(3))
    torch.testing.assert_close(
        attention(query, key, value, causal_mask(5))[0],
        F.scaled_dot_product_attention(query, key, value, is_causal=True),
    )


def test_dropout_of_attention_weights_in_training_only() -> None:
    layer = SelfAttention(8, num_heads=2, dropout=0.5)
    hidden = draw(1, 6, 8)
    torch.manual_seed(0)
    assert torch.equal(layer.eval()(hidden), layer(hidden))
    assert not torch.equal(layer.train()(hidden), layer(hidden))


def test_heads_that_do_not_divide() -> None:
    with pytest.raises(ValueError, match="hidden_size 10 cannot be split over 3 heads"):
        SelfAttention(10, 3, 0.0)
