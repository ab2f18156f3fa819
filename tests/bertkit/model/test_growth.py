"""Growing a model: the trained weights are kept, the fresh layers are on top and say little at first."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from bertkit.data.corpus import Corpus
from bertkit.model.bert import BertForMaskedLM, BertForPreTraining
from bertkit.model.config import BertConfig
from bertkit.model.encoder import Layer
from bertkit.model.growth import FRESH_OUTPUT, take_layers

Made = Callable[..., BertConfig]


@pytest.mark.parametrize("kind", [BertForMaskedLM, BertForPreTraining])
def test_trained_weights_stay_and_fresh_ones_are_ordinary(kind: Any, small_config: Made) -> None:
    trained = kind(small_config(num_hidden_layers=1), torch.Generator().manual_seed(1))
    fresh = kind(small_config(num_hidden_layers=3), torch.Generator().manual_seed(2))
    before = {name: weight.clone() for name, weight in fresh.state_dict().items()}
    grown = take_layers(fresh, trained)
    assert grown is fresh
    assert len(grown.bert.layers) == 3
    for name, weight in grown.state_dict().items():
        if name in trained.state_dict():
            assert torch.equal(weight, trained.state_dict()[name]), name
        else:
            assert name.startswith(("bert.layers.1.", "bert.layers.2."))
            is_output = name.endswith(".output.weight") and ".attention." not in name
            assert torch.equal(weight, before[name] * FRESH_OUTPUT if is_output else before[name]), name


def test_no_layer_more_is_the_same_model(small_config: Made) -> None:
    trained = BertForMaskedLM(small_config(), torch.Generator().manual_seed(1)).eval()
    grown = take_layers(BertForMaskedLM(small_config(), torch.Generator().manual_seed(2)), trained).eval()
    ids = torch.arange(5, 15)[None]
    assert torch.equal(grown(ids), trained(ids))


def test_the_feed_forward_part_of_a_fresh_layer_says_little(small_config: Made) -> None:
    grown, ordinary = (
        BertForMaskedLM(small_config(num_hidden_layers=2), torch.Generator().manual_seed(2)) for _ in range(2)
    )
    take_layers(grown, BertForMaskedLM(small_config(num_hidden_layers=1)))
    vectors = torch.randn(4, 24, generator=torch.Generator().manual_seed(0))
    parts = [model.bert.layers[1] for model in (grown, ordinary)]
    said = []
    for part in parts:
        assert isinstance(part, Layer)
        said.append(part.output(part.intermediate(vectors)))
    torch.testing.assert_close(said[0], FRESH_OUTPUT * said[1])


@pytest.mark.parametrize(("name", "value"), [("vocab_size", 51), ("hidden_size", 48), ("max_position_embeddings", 20)])
def test_other_settings_are_named(name: str, value: int, small_config: Made) -> None:
    trained, grown = (BertForMaskedLM(config) for config in (small_config(), small_config(**{name: value})))
    with pytest.raises(ValueError, match=f"{name} is {value} in the grown model, but {getattr(trained.config, name)}"):
        take_layers(grown, trained)


def test_a_model_does_not_shrink(small_config: Made) -> None:
    trained, grown = (BertForMaskedLM(small_config(num_hidden_layers=number)) for number in (2, 1))
    with pytest.raises(ValueError, match="1 layers, but the trained one 2"):
        take_layers(grown, trained)


def test_transformers_opens_a_grown_model(corpus: Corpus, model_for: Any, tmp_path: Path) -> None:
    import transformers

    trained = model_for(0)
    config = replace(trained.config, num_hidden_layers=3)
    grown = take_layers(BertForMaskedLM(config, torch.Generator().manual_seed(2)), trained).eval()
    grown.save_pretrained(tmp_path / "grown", corpus.tokenizer)
    theirs = transformers.AutoModelForMaskedLM.from_pretrained(tmp_path / "grown").eval()
    ids = torch.arange(5, 15)[None]
    with torch.no_grad():
        torch.testing.assert_close(grown(ids), theirs(ids).logits, atol=1e-5, rtol=0)
