"""Heads: what each reads, against the formula written out, and what it must not read."""

from collections.abc import Callable

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from bertkit.model.heads import (
    HEAD_FOR_TASK,
    MLMHead,
    NSPHead,
    SequenceClassificationHead,
    SpanHead,
    TokenClassificationHead,
)

H, V, LABELS = 8, 11, 3

HEADS: dict[str, Callable[[], nn.Module]] = {
    "mlm": lambda: MLMHead(H, nn.Embedding(V, H)),
    "nsp": lambda: NSPHead(H),
    "sequence": lambda: SequenceClassificationHead(H, LABELS),
    "token": lambda: TokenClassificationHead(H, LABELS),
    "span": lambda: SpanHead(H),
}
SHAPES: dict[str, Callable[[int, int], tuple[int, ...]]] = {
    "mlm": lambda batch, length: (batch, length, V),
    "nsp": lambda batch, length: (batch, 2),
    "sequence": lambda batch, length: (batch, LABELS),
    "token": lambda batch, length: (batch, length, LABELS),
    "span": lambda batch, length: (batch, length, 2),
}
FORMULAS: dict[str, Callable[[nn.Module, Tensor], Tensor]] = {
    "mlm": lambda head, hidden: head.decoder(
        F.layer_norm(F.gelu(head.dense(hidden)), (H,), head.norm.weight, head.norm.bias, 1e-12)
    ),
    "nsp": lambda head, hidden: head.classifier(torch.tanh(head.dense(hidden[:, 0]))),
    "sequence": lambda head, hidden: head.classifier(hidden[:, 0]),
    "token": lambda head, hidden: hidden @ head.classifier.weight.T + head.classifier.bias,
    "span": lambda head, hidden: hidden @ head.outputs.weight.T + head.outputs.bias,
}
EVERY_HEAD = pytest.mark.parametrize("name", HEADS)


def build(name: str, dtype: torch.dtype = torch.float32) -> nn.Module:
    """A head with random weights, biases and norms included: a part left out has to show."""
    head = HEADS[name]().to(dtype).eval()
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for parameter in head.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator))
    return head


def vectors(batch: int = 4, length: int = 5, dtype: torch.dtype = torch.float32) -> Tensor:
    return torch.randn(batch, length, H, generator=torch.Generator().manual_seed(1), dtype=dtype)


def output(head: nn.Module, hidden: Tensor) -> Tensor:
    """What a head gives, both ends of a span side by side."""
    found = head(hidden)
    return torch.stack(found, dim=-1) if isinstance(found, tuple) else found


@EVERY_HEAD
@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("batch", [1, 4])
@pytest.mark.parametrize("length", [1, 5])
def test_a_head_is_its_formula(name: str, batch: int, length: int, dtype: torch.dtype) -> None:
    head, hidden = build(name, dtype), vectors(batch, length, dtype)
    found = output(head, hidden)
    assert (found.shape, found.dtype) == (SHAPES[name](batch, length), dtype)
    torch.testing.assert_close(found, FORMULAS[name](head, hidden))


@EVERY_HEAD
def test_vectors_need_not_be_contiguous(name: str) -> None:
    head, hidden = build(name), vectors()
    strided = hidden.transpose(0, 1).contiguous().transpose(0, 1)
    assert not strided.is_contiguous()
    torch.testing.assert_close(output(head, strided), output(head, hidden))


@EVERY_HEAD
def test_which_positions_a_head_reads(name: str) -> None:
    head, hidden = build(name), vectors()
    changed = hidden.clone()
    changed[:, 1:] += 1
    before, after = output(head, hidden), output(head, changed)
    if name in ("nsp", "sequence"):
        assert torch.equal(before, after)
    else:
        assert torch.equal(before[:, 0], after[:, 0])
        assert not torch.isclose(before[:, 1:], after[:, 1:]).all()


@EVERY_HEAD
def test_every_parameter_of_a_head_learns(name: str) -> None:
    head = build(name)
    output(head, vectors()).square().sum().backward()
    for parameter_name, parameter in head.named_parameters():
        assert parameter.grad is not None, parameter_name
        assert parameter.grad.abs().sum() > 0, parameter_name


def test_the_decoder_shares_the_token_embeddings() -> None:
    embeddings = nn.Embedding(V, H)
    head = MLMHead(H, embeddings)
    assert head.decoder.weight is embeddings.weight
    assert head.decoder.bias.tolist() == [0.0] * V
    assert head.decoder.bias.requires_grad


@pytest.mark.parametrize("kind", [SequenceClassificationHead, TokenClassificationHead])
def test_dropout_in_training_mode_only(kind: type[nn.Module]) -> None:
    hidden = torch.ones(400, 6, H)
    torch.manual_seed(0)
    for share in (0.0, 0.1, 0.5):
        head = kind(H, LABELS, share)
        with torch.no_grad():
            head.classifier.weight.fill_(1.0)
            head.classifier.bias.zero_()
        assert torch.equal(head.eval()(hidden), torch.full_like(head(hidden), H))
        # A feature is kept and scaled up, or it is 0: each output counts how many of its H features were kept.
        kept = head.train()(hidden).detach() * (1 - share)
        torch.testing.assert_close(kept, kept.round())
        draws = kept[..., 0].numel() * H
        spread = (share * (1 - share) / draws) ** 0.5
        assert float(kept[..., 0].mean()) / H == pytest.approx(1 - share, abs=6 * spread + 1e-6)
    assert kind(H, LABELS).dropout.p == 0.1


def test_dropout_at_a_position_is_its_own() -> None:
    head = TokenClassificationHead(H, LABELS, 0.5).train()
    rows = head(torch.ones(1, 50, H))[0]
    assert len({tuple(row.tolist()) for row in rows}) > 1


def test_span_logits_start_comes_first() -> None:
    head = SpanHead(H)
    with torch.no_grad():
        head.outputs.weight.zero_()
        head.outputs.bias.copy_(torch.tensor([1.0, 2.0]))
    start, end = head(vectors())
    assert start.unique().tolist() == [1.0]
    assert end.unique().tolist() == [2.0]


def test_the_head_for_every_task() -> None:
    assert set(HEAD_FOR_TASK.values()) == {"cls", "token", "span"}
    assert {task for task, head in HEAD_FOR_TASK.items() if head == "token"} == {
        "named-entity recognition",
        "part-of-speech tagging",
    }
    assert [task for task, head in HEAD_FOR_TASK.items() if head == "span"] == ["question answering"]
    assert len(HEAD_FOR_TASK) == 8
