"""The encoder and the masked-LM head against transformers: outputs, losses, gradients, files, for random weights."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor

from bertkit.data.corpus import Corpus
from bertkit.data.labels import IGNORE_INDEX
from bertkit.model.bert import BertForMaskedLM
from bertkit.model.config import BertConfig
from bertkit.model.encoder import BertEncoder, initialize_weights
from bertkit.model.huggingface import ALIASES, NAMES, rename
from bertkit.model.pretrained import load_pretrained, save_pretrained

SHAPES = {
    "small": {},
    "one head, one layer": {"num_attention_heads": 1, "num_hidden_layers": 1},
    "deep": {"num_hidden_layers": 5, "hidden_size": 16, "num_attention_heads": 8, "intermediate_size": 8},
    "embeddings only": {"num_hidden_layers": 0},
    "three segments": {"type_vocab_size": 3},
    "another epsilon": {"layer_norm_eps": 1e-3},
    "padded with 7": {"pad_token_id": 7},
}
LENGTHS = {"batch of one": [9], "one token": [1], "equal": [5, 5, 5], "padded": [16, 1, 7, 12]}


def batch(config: BertConfig, lengths: list[int], seed: int = 1) -> dict[str, Tensor]:
    """Random tokens and segments, padded on the right, every third token with a label."""
    generator = torch.Generator().manual_seed(seed)
    shape = len(lengths), max(lengths)
    mask = torch.arange(shape[1]) < torch.tensor(lengths)[:, None]
    ids = torch.randint(config.vocab_size, shape, generator=generator)
    labels = torch.randint(config.vocab_size, shape, generator=generator)
    labelled = (torch.arange(labels.numel()).view(shape) % 3 == 0) & mask
    return {
        "input_ids": ids.where(mask, config.pad_token_id),
        "attention_mask": mask,
        "token_type_ids": torch.randint(config.type_vocab_size, shape, generator=generator),
        "labels": labels.where(labelled, IGNORE_INDEX),
    }


def without(values: dict[str, Tensor], *names: str) -> dict[str, Tensor]:
    return {name: value for name, value in values.items() if name not in names}


@pytest.fixture(params=SHAPES.values(), ids=SHAPES)
def config(request: pytest.FixtureRequest, small_config: Callable[..., BertConfig]) -> BertConfig:
    return small_config(**request.param)


@pytest.mark.parametrize("lengths", LENGTHS.values(), ids=LENGTHS)
def test_attention_weights(config: BertConfig, make_pair: Any, lengths: list[int]) -> None:
    ours, theirs = make_pair(config)
    theirs.set_attn_implementation("eager")
    inputs = without(batch(config, lengths), "labels")
    found = ours.bert.attention_weights(**inputs)
    with torch.no_grad():
        expected = theirs(**inputs, output_attentions=True).attentions
    assert len(found) == len(expected) == config.num_hidden_layers
    for one, other in zip(found, expected, strict=True):
        torch.testing.assert_close(one, other, atol=1e-5, rtol=0)
        assert not one.requires_grad


@pytest.mark.parametrize("lengths", LENGTHS.values(), ids=LENGTHS)
@pytest.mark.parametrize(
    "left_out", [(), pytest.param(("token_type_ids",), marks=pytest.mark.slow)], ids=["segments", "no segments"]
)
def test_hidden_states_and_logits(
    config: BertConfig, make_pair: Any, lengths: list[int], left_out: tuple[str, ...]
) -> None:
    ours, theirs = make_pair(config)
    inputs = without(batch(config, lengths), "labels", *left_out)
    real = inputs["attention_mask"]
    with torch.no_grad():
        for mine, expected in (
            (ours.bert(**inputs), theirs.bert(**inputs).last_hidden_state),
            (ours(**inputs), theirs(**inputs).logits),
        ):
            assert mine.shape == expected.shape
            assert expected[real].std() > 0.05
            assert (mine - expected)[real].abs().max() <= 1e-5


@pytest.mark.parametrize("lengths", LENGTHS.values(), ids=LENGTHS)
def test_loss_and_gradients(config: BertConfig, make_pair: Any, lengths: list[int]) -> None:
    ours, theirs = make_pair(config)
    inputs = batch(config, lengths)
    loss, expected = ours(**inputs), theirs(**inputs).loss
    assert abs(loss.item() - expected.item()) <= 1e-5
    loss.backward()
    expected.backward()
    gradients = {name: parameter.grad for name, parameter in theirs.named_parameters()}
    total = 0.0
    for name, parameter in ours.named_parameters():
        there = rename(name, NAMES["BertForMaskedLM"])
        gradient = gradients.pop(ALIASES.get(there, there))
        assert (parameter.grad - gradient).abs().max() <= 1e-4, name
        total += float(gradient.abs().sum())
    assert not gradients
    assert total > 1


def test_without_a_mask_all_tokens_are_real(config: BertConfig, make_pair: Any) -> None:
    ours, _ = make_pair(config)
    inputs = without(batch(config, [6, 6]), "labels")
    assert torch.equal(ours(**without(inputs, "attention_mask")), ours(**inputs))


def test_only_what_is_wanted(config: BertConfig, make_pair: Any) -> None:
    ours, _ = make_pair(config)
    inputs = without(batch(config, [16, 1, 7]), "labels")
    wanted = batch(config, [16, 1, 7])["labels"] != IGNORE_INDEX
    assert 0 < wanted.sum() < wanted.numel()
    some = ours.bert(**inputs, wanted=wanted)
    torch.testing.assert_close(some, ours.bert(**inputs)[wanted], atol=1e-5, rtol=0)


def test_padding_changes_nothing(make_pair: Any, small_config: Any) -> None:
    ours, _ = make_pair()
    inputs = without(batch(small_config(), [4, 9]), "labels")
    alone = {name: value[:1, :4] for name, value in inputs.items()}
    torch.testing.assert_close(ours(**inputs)[:1, :4], ours(**alone), atol=1e-5, rtol=0)


def test_ours_opens_there(
    config: BertConfig, make_pair: Any, assert_same_weights: Any, corpus: Corpus, tmp_path: Path
) -> None:
    import transformers

    ours, _ = make_pair(config)
    save_pretrained(tmp_path / "saved", ours, corpus.tokenizer)
    theirs, info = transformers.AutoModelForMaskedLM.from_pretrained(tmp_path / "saved", output_loading_info=True)
    assert not any(info.values()), info
    assert_same_weights(ours, theirs)
    inputs = batch(config, [3, 8])
    torch.testing.assert_close(ours(**inputs), theirs(**inputs).loss, atol=1e-5, rtol=0)


@pytest.mark.parametrize("kind", ["BertForMaskedLM", "BertForPreTraining"])
def test_theirs_opens_here(kind: str, make_pair: Any, assert_same_weights: Any, corpus: Corpus, tmp_path: Path) -> None:
    import transformers

    _, theirs = make_pair()
    whole = getattr(transformers, kind)(theirs.config)
    whole.load_state_dict(theirs.state_dict(), strict=False)  # a pooler and an NSP head, where it has them, stay
    whole.save_pretrained(tmp_path)
    tokenizer = transformers.PreTrainedTokenizerFast(tokenizer_object=small_tokenizer(corpus))
    tokenizer.save_pretrained(tmp_path)
    loaded, _ = load_pretrained(tmp_path, BertForMaskedLM)
    assert_same_weights(loaded, theirs)


def small_tokenizer(corpus: Corpus) -> Any:
    """A tokenizer with no more tokens than the small model."""
    from bertkit.data.tokenizer import train_tokenizer

    return train_tokenizer(["a b c d e"] * 2, vocab_size=10)


def test_a_round_trip_changes_no_bit(make_pair: Any, weights_of: Any, tmp_path: Path, corpus: Corpus) -> None:
    ours, _ = make_pair()
    save_pretrained(tmp_path / "saved", ours, small_tokenizer(corpus))
    loaded, tokenizer = load_pretrained(tmp_path / "saved", BertForMaskedLM)
    assert torch.equal(weights_of(loaded), weights_of(ours))
    assert loaded.config == ours.config
    assert not loaded.training
    assert tokenizer.to_str() == small_tokenizer(corpus).to_str()


def test_tied_weights_stay_tied_after_loading(make_pair: Any, tmp_path: Path, corpus: Corpus) -> None:
    ours, _ = make_pair()
    save_pretrained(tmp_path / "saved", ours, small_tokenizer(corpus))
    loaded, _ = load_pretrained(tmp_path / "saved", BertForMaskedLM)
    assert loaded.mlm.decoder.weight is loaded.bert.embeddings.word_embeddings.weight


@pytest.mark.parametrize(
    ("ids", "types", "message"),
    [
        ([[0] * 17], None, "17 tokens is longer than the 16 positions"),
        ([[3, 50]], None, "token id 50 is outside the table of 50"),
        ([[3, -1]], None, "token id -1 is outside"),
        ([[3, 4]], [[0, 2]], "token type 2 is outside the table of 2"),
    ],
)
def test_bad_input_is_named(make_pair: Any, ids: list[Any], types: list[Any] | None, message: str) -> None:
    ours, _ = make_pair()
    with pytest.raises(ValueError, match=message):
        ours(torch.tensor(ids), token_type_ids=None if types is None else torch.tensor(types))


def test_starting_weights(small_config: Any) -> None:
    config = small_config(hidden_size=96, vocab_size=900, initializer_range=0.05)
    state = torch.random.get_rng_state()
    model = BertForMaskedLM(config, torch.Generator().manual_seed(3))
    assert torch.equal(torch.random.get_rng_state(), state)
    again, other = (BertForMaskedLM(config, torch.Generator().manual_seed(seed)) for seed in (3, 4))
    for (name, weight), same, different in zip(
        model.named_parameters(), again.parameters(), other.parameters(), strict=True
    ):
        assert torch.equal(weight, same)
        if name.endswith("bias"):
            assert not weight.any()
        elif "norm" in name:
            assert (weight == 1).all()
        else:
            assert not torch.equal(weight, different)
            assert abs(weight.mean()) < 0.05 * 5 / weight.numel() ** 0.5
            assert abs(weight.std() / 0.05 - 1) < 5 / weight.numel() ** 0.5 + 0.01
    assert not model.bert.embeddings.word_embeddings.weight[config.pad_token_id].any()


def test_starting_weights_of_an_encoder_alone(small_config: Any) -> None:
    encoder = BertEncoder(small_config())
    initialize_weights(encoder, 0.1, torch.Generator().manual_seed(0))
    assert 0.05 < float(encoder.embeddings.position_embeddings.weight.detach().std()) < 0.15
