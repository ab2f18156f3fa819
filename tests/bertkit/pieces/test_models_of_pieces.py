"""Models with given attention and heads: what they compute, and under which name they are saved."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from bertkit.data.tokenizer import train_tokenizer
from bertkit.model.architectures import architecture
from bertkit.model.attention import SelfAttention
from bertkit.model.bert import BertForMaskedLM, BertForPreTraining
from bertkit.model.config import BertConfig
from bertkit.model.encoder import BertEncoder
from bertkit.objectives.joint import pretraining_loss
from bertkit.objectives.mlm import mlm_loss

from . import own

IDS = torch.tensor([[2, 17, 11, 12, 3], [2, 9, 8, 3, 0]])
REAL = IDS > 0


def uniform(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
    return own.attention(0 * query, key, value, mask)


class LibraryNames(nn.Module):
    """The library's MLM head in other words, and with its names."""

    def __init__(self, hidden_size: int, token_embeddings: nn.Embedding) -> None:
        super().__init__()
        self.dense, self.norm = nn.Linear(hidden_size, hidden_size), nn.LayerNorm(hidden_size, eps=1e-12)
        self.decoder = nn.Linear(hidden_size, token_embeddings.num_embeddings)
        self.decoder.weight = token_embeddings.weight

    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(self.norm(nn.functional.gelu(self.dense(hidden))))


def saved(model: Any, folder: Path) -> str:
    """The name that the model is saved under."""
    model.save_pretrained(folder, train_tokenizer(["a b"] * 2, vocab_size=10))
    (name,) = json.loads((folder / "config.json").read_text())["architectures"]
    return name


@pytest.mark.parametrize("mask", [None, "padding", "both"])
def test_a_right_attention_computes_what_the_fused_one_does(mask: str | None, small_config: Any) -> None:
    given, fused = (BertEncoder(small_config(), attend).eval() for attend in (own.attention, None))
    given.load_state_dict(fused.state_dict())
    seen = {None: None, "padding": REAL, "both": own.causal_mask(5) & REAL[:, None]}[mask]
    real = REAL if mask else torch.ones_like(REAL)
    torch.testing.assert_close(given(IDS, seen)[real], fused(IDS, seen)[real], atol=1e-5, rtol=1e-4)
    for mine, theirs in zip(given.attention_weights(IDS, seen), fused.attention_weights(IDS, seen), strict=True):
        torch.testing.assert_close(mine, theirs, atol=1e-5, rtol=1e-4)


def test_the_weights_of_a_given_attention_are_what_is_looked_at() -> None:
    layer = SelfAttention(8, 2, 0.0, uniform)
    weights = layer.weights(torch.randn(1, 4, 8))
    torch.testing.assert_close(weights, torch.full_like(weights, 0.25))


def test_bfloat16_takes_a_given_attention_too(small_config: Any) -> None:
    model = BertForMaskedLM(small_config(hidden_dropout_prob=0.0), attention=uniform).eval()
    with torch.autocast("cpu", torch.bfloat16):
        rough = model(IDS, REAL)
    torch.testing.assert_close(rough.float(), model(IDS, REAL), atol=0.05, rtol=0.05)


@pytest.mark.parametrize(
    ("attend", "heads", "name"),
    [
        (own.attention, {}, ""),
        (uniform, {}, "WithOwnAttention"),
        (None, {"mlm_head": LibraryNames}, ""),
        (None, {"mlm_head": own.MLMHead}, "WithMLMHead"),
        (None, {"nsp_head": own.NSPHead}, "WithNSPHead"),
        (uniform, {"mlm_head": own.MLMHead, "nsp_head": own.NSPHead}, "WithMLMHeadWithNSPHeadWithOwnAttention"),
    ],
    ids=["right attention", "another attention", "head in other words", "MLM head", "NSP head", "all"],
)
def test_what_is_no_bert_for_pretraining_is_not_called_one(
    attend: Any, heads: dict[str, Any], name: str, small_config: Callable[..., BertConfig], tmp_path: Path
) -> None:
    model = BertForPreTraining(small_config(), torch.Generator().manual_seed(3), **heads, attention=attend).eval()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter += 0.1
    assert saved(model, tmp_path / "m") == f"BertForPreTraining{name}"
    again = BertForPreTraining.from_pretrained(tmp_path / "m", **heads, attention=attend)
    for said, expected in zip(again(IDS), model(IDS), strict=True):
        assert torch.equal(said, expected)
    if name:
        part = "an attention" if name.endswith("OwnAttention") else "a head"
        with pytest.raises(ValueError, match=f"a model with {part} of somebody's own; open it in Python: "):
            architecture(tmp_path / "m")
    else:
        assert architecture(tmp_path / "m") is BertForPreTraining


def test_a_model_is_told_how_to_be_opened(small_config: Callable[..., BertConfig], tmp_path: Path) -> None:
    saved(BertForPreTraining(small_config(), nsp_head=own.NSPHead), tmp_path / "m")
    with pytest.raises(ValueError, match=r"m', mlm_head=…, nsp_head=…\)"):
        architecture(tmp_path / "m")
    saved(BertForMaskedLM(small_config(), attention=uniform), tmp_path / "m")
    with pytest.raises(ValueError, match=r"m', attention=…\)"):
        architecture(tmp_path / "m")


@pytest.mark.parametrize("weight", [1.0, 0.25])
def test_given_losses_are_weighted_as_the_library_s(weight: float, small_config: Callable[..., BertConfig]) -> None:
    labels = torch.where(IDS > 8, IDS, -100)
    question = {"input_ids": IDS, "attention_mask": REAL, "labels": labels, "is_next": torch.tensor([True, False])}
    losses = []
    for given in (
        {},
        {"pretraining_loss": pretraining_loss},
        {"mlm_loss": own.mlm_loss, "nsp_loss": own.nsp_loss},
        {"mlm_loss": mlm_loss, "pretraining_loss": own.pretraining_loss},
    ):
        model = BertForPreTraining(small_config(), torch.Generator().manual_seed(0), **given).eval()
        losses.append(float(model(**question, label_weight=weight).detach()))
    assert losses == pytest.approx([losses[0]] * 4, rel=1e-5)
