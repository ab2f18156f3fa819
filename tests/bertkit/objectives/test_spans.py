"""Spans: the loss against its definition, the choice of a span against trying every pair."""

import pytest
import torch
from torch import Tensor

from bertkit.objectives.spans import best_span, span_loss

FLOATS = pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
BATCHES = pytest.mark.parametrize("batch", [1, 5])


def logits(*shape: int, seed: int = 0, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed), dtype=dtype)


@FLOATS
@BATCHES
def test_span_loss(batch: int, dtype: torch.dtype) -> None:
    start_logits, end_logits = logits(batch, 7, dtype=dtype), logits(batch, 7, seed=1, dtype=dtype)
    # The ends come before the starts: the loss judges both positions by themselves.
    start, end = torch.arange(batch) + 2, torch.arange(batch)
    expected = -sum(
        float(scores[row].log_softmax(dim=0)[place])
        for scores, places in ((start_logits, start), (end_logits, end))
        for row, place in enumerate(places)
    ) / (2 * batch)
    loss = span_loss(start_logits, end_logits, start, end)
    assert (loss.shape, loss.dtype) == ((), dtype)
    assert loss.item() == pytest.approx(expected, rel=1e-5)


def test_span_loss_takes_what_the_head_gives() -> None:
    both = logits(3, 6, 2).requires_grad_()
    start, end = both.unbind(dim=-1)
    assert not start.is_contiguous()
    places = torch.tensor([0, 5, 2])
    loss = span_loss(start, end, places, places)
    assert loss.item() == pytest.approx(span_loss(start.clone(), end.clone(), places, places).item())
    loss.backward()
    assert both.grad is not None
    # The gradient of a cross-entropy is the probabilities less one at the right place: each row adds up to 0.
    assert both.grad.sum(dim=1).abs().max() < 1e-6
    assert (both.grad[torch.arange(3), places] < 0).all()


def by_trying(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[int, int] | None:
    """The best of all pairs, one after another."""
    best, found = -float("inf"), None
    for start in range(len(allowed)):
        for end in range(start, min(start + max_length, len(allowed))):
            score = float(start_logits[start]) + float(end_logits[end])
            if allowed[start] and allowed[end] and score > best:
                best, found = score, (start, end)
    return found


@FLOATS
@pytest.mark.parametrize("length", [1, 2, 9])
@pytest.mark.parametrize("max_length", [1, 2, 4, 50])
def test_best_span_is_the_best_of_all_pairs(length: int, max_length: int, dtype: torch.dtype) -> None:
    judged = 0
    for seed in range(25):
        # Two columns of one tensor, as the head gives them: not contiguous.
        start, end = logits(length, 2, seed=seed, dtype=dtype).unbind(dim=-1)
        allowed = logits(length, seed=seed + 1000) > -0.5
        expected = by_trying(start, end, allowed, max_length)
        if expected is None:
            continue
        judged += 1
        found = best_span(start, end, allowed, max_length)
        assert found == expected
        assert [type(place) for place in found] == [int, int]
    assert judged >= 10


def test_best_span_is_chosen_jointly() -> None:
    start, end = torch.tensor([0.0, 1.0, 5.0, 0.0]), torch.tensor([0.0, 5.0, 1.5, 0.0])
    assert start.argmax() > end.argmax()
    assert best_span(start, end, torch.ones(4, dtype=torch.bool), 4) == (2, 2)
    # A place between the two ends need not be allowed.
    assert best_span(end, start, torch.tensor([False, True, False, True]), 3) == (1, 1)
    assert best_span(end, torch.arange(4.0), torch.tensor([False, True, False, True]), 3) == (1, 3)


def test_best_span_wherever_logits_are_minus_infinite() -> None:
    start, end = torch.full((3,), -torch.inf), torch.zeros(3)
    start[2] = 1.0
    assert best_span(start, end, torch.ones(3, dtype=torch.bool), 3) == (2, 2)


@pytest.mark.parametrize(("allowed", "max_length"), [([False] * 3, 2), ([True] * 3, 0), ([True] * 3, -4)])
def test_no_span_is_left(allowed: list[bool], max_length: int) -> None:
    with pytest.raises(ValueError, match=f"{sum(allowed)} allowed positions with max_length {max_length}"):
        best_span(torch.zeros(3), torch.zeros(3), torch.tensor(allowed), max_length)
