"""Settings that cannot be built are refused by name, and Hugging Face's files are read as they are."""

import json
from pathlib import Path
from typing import Any

import pytest

from bertkit.model.bert import SIZES, BertForMaskedLM
from bertkit.model.config import BertConfig

BAD_FIELDS: list[tuple[str, Any]] = [
    ("vocab_size", 0),
    ("hidden_size", 0),
    ("num_hidden_layers", -1),
    ("num_attention_heads", 0),
    ("num_attention_heads", 5),
    ("intermediate_size", 0),
    ("max_position_embeddings", 0),
    ("type_vocab_size", 0),
    ("hidden_dropout_prob", 1.0),
    ("hidden_dropout_prob", float("nan")),
    ("attention_probs_dropout_prob", -0.1),
    ("hidden_act", "relu"),
    ("pad_token_id", 30522),
    ("pad_token_id", -1),
]
WRONG_TYPES: list[tuple[str, Any]] = [
    ("vocab_size", "30522"),
    ("vocab_size", True),
    ("hidden_size", 768.0),
    ("pad_token_id", None),
    ("hidden_act", 1),
    ("hidden_dropout_prob", "a tenth"),
    ("layer_norm_eps", False),
]
OTHER_ARCHITECTURES: list[tuple[str, Any]] = [
    ("model_type", "roberta"),
    ("position_embedding_type", "relative_key"),
    ("is_decoder", True),
    ("add_cross_attention", True),
]


@pytest.mark.parametrize(("field", "value"), BAD_FIELDS)
def test_a_bad_size_is_named(field: str, value: Any) -> None:
    with pytest.raises(ValueError, match=rf"{field}\b.*{value}"):
        BertConfig(**{field: value})


@pytest.mark.parametrize(("field", "value"), WRONG_TYPES + OTHER_ARCHITECTURES)
def test_a_bad_field_of_a_file_is_named_with_the_file(field: str, value: Any, tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"model_type": "bert", field: value}))
    with pytest.raises(ValueError, match=rf"config\.json: {field} is {value!r}"):
        BertConfig.from_json(path)


@pytest.mark.parametrize("text", ["", "{", "[1, 2]", "null", '"bert"', "\x00"])
def test_what_is_no_configuration_is_named(text: str, tmp_path: Path) -> None:
    path = tmp_path / "config.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"config\.json"):
        BertConfig.from_json(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"config\.json"):
        BertConfig.from_json(tmp_path / "config.json")


def test_a_file_of_transformers(tmp_path: Path) -> None:
    import transformers

    theirs = transformers.BertConfig(vocab_size=77, hidden_size=36, num_attention_heads=6, layer_norm_eps=1e-5)
    theirs.save_pretrained(tmp_path)
    ours = BertConfig.from_json(tmp_path / "config.json")
    for name, value in ours.to_dict().items():
        assert getattr(theirs, name) == value
    assert ours != BertConfig()


def test_defaults_are_those_of_transformers() -> None:
    import transformers

    theirs = transformers.BertConfig().to_dict()
    assert {name: theirs[name] for name in BertConfig().to_dict()} == BertConfig().to_dict()


def test_to_dict_and_back() -> None:
    config = BertConfig(hidden_size=36, num_attention_heads=6)
    assert BertConfig.from_dict(config.to_dict()) == config
    assert BertConfig.from_dict({**config.to_dict(), "transformers_version": "5"}) == config


@pytest.mark.parametrize("name", SIZES)
def test_named_sizes_can_be_built(name: str) -> None:
    config = SIZES[name].config(vocab_size=100, max_position_embeddings=20, dropout=0.2)
    assert (config.vocab_size, config.max_position_embeddings) == (100, 20)
    assert config.hidden_dropout_prob == config.attention_probs_dropout_prob == 0.2
    assert config.intermediate_size == 4 * config.hidden_size
    model = BertForMaskedLM(config)
    assert len(model.bert.layers) == SIZES[name].num_hidden_layers


def test_sizes_grow() -> None:
    sizes = [SIZES[name] for name in ("nano", "tiny", "course", "mini", "small")]
    widths = [size.hidden_size for size in sizes]
    assert widths == sorted(set(widths))
    assert list(SIZES.values()) == sizes
