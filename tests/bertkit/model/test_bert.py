"""Every model against the class of the same name in transformers: logits, losses, gradients and files."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from bertkit.data.labels import IGNORE_INDEX
from bertkit.data.tokenizer import train_tokenizer
from bertkit.model.architectures import Model, architecture
from bertkit.model.bert import (
    BertForMaskedLM,
    BertForPreTraining,
    BertForQuestionAnswering,
    BertForSequenceClassification,
    BertForTokenClassification,
)
from bertkit.model.config import BertConfig
from bertkit.model.encoder import BertEncoder
from bertkit.model.freeze import FrozenEncoder
from bertkit.model.huggingface import ALIASES, NAMES, rename
from bertkit.model.pretrained import (
    build,
    from_huggingface,
    load_encoder,
    load_pretrained,
    own_heads,
    save_pretrained,
)

Inputs = dict[str, Tensor]
LABELS = ("sad", "so-so", "glad")
LENGTHS = {"batch of one": [9], "equal": [5, 5, 5], "padded": [16, 2, 7, 12]}
TIGHT = {"atol": 1e-5, "rtol": 0.0}


@dataclass(frozen=True)
class Kind:
    """A model, how it and its counterpart are told the right answers, and what the counterpart calls its logits."""

    ours: type[Model]
    answers: Callable[[Inputs], tuple[dict[str, Tensor], dict[str, Tensor]]]
    logits: tuple[str, ...]


def both(name: str) -> Callable[[Inputs], tuple[Inputs, Inputs]]:
    """The same answers under the same argument."""
    return lambda drawn: ({"labels": drawn[name]}, {"labels": drawn[name]})


KINDS = {
    kind.ours.__name__: kind
    for kind in (
        Kind(BertForMaskedLM, both("tokens"), ("logits",)),
        Kind(
            BertForPreTraining,
            lambda drawn: (
                {"labels": drawn["tokens"], "is_next": drawn["is_next"]},
                {"labels": drawn["tokens"], "next_sentence_label": (~drawn["is_next"]).long()},
            ),
            ("prediction_logits", "seq_relationship_logits"),
        ),
        Kind(BertForSequenceClassification, both("texts"), ("logits",)),
        Kind(BertForTokenClassification, both("tags"), ("logits",)),
        Kind(
            BertForQuestionAnswering,
            lambda drawn: (
                {"start": drawn["start"], "end": drawn["end"]},
                {"start_positions": drawn["start"], "end_positions": drawn["end"]},
            ),
            ("start_logits", "end_logits"),
        ),
    )
}


@pytest.fixture(params=KINDS.values(), ids=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return request.param


@pytest.fixture
def twins(kind: Kind, small_config: Callable[..., BertConfig]) -> tuple[Any, nn.Module]:
    """Our model and transformers' with the same large random weights, in evaluation mode."""
    import transformers

    classes = 2 if kind.ours is BertForQuestionAnswering else len(LABELS)
    settings = {**small_config().to_dict(), "num_labels": classes}
    theirs = getattr(transformers, kind.ours.__name__)(transformers.BertConfig(**settings))
    generator = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for parameter in theirs.parameters():
            parameter.copy_(0.3 * torch.randn(parameter.shape, generator=generator))
    ours = build(kind.ours, small_config(), LABELS)
    assert from_huggingface(theirs.state_dict(), ours) == []
    return ours.eval(), theirs.eval()


def draw(config: BertConfig, lengths: list[int], labels: int) -> tuple[Inputs, Inputs]:
    """Random inputs, and right answers of every kind."""
    generator = torch.Generator().manual_seed(1)
    shape = len(lengths), max(lengths)
    mask = torch.arange(shape[1]) < torch.tensor(lengths)[:, None]
    labelled = (torch.arange(mask.numel()).view(shape) % 3 == 0) & mask

    def numbers(below: int, *size: int) -> Tensor:
        return torch.randint(below, size, generator=generator)

    inputs = {
        "input_ids": numbers(config.vocab_size, *shape).where(mask, config.pad_token_id),
        "attention_mask": mask,
        "token_type_ids": numbers(2, *shape),
    }
    answers = {
        "tokens": numbers(config.vocab_size, *shape).where(labelled, IGNORE_INDEX),
        "tags": numbers(labels, *shape).where(labelled, IGNORE_INDEX),
        "texts": numbers(labels, len(lengths)),
        "is_next": numbers(2, len(lengths)).bool(),
        "start": numbers(min(lengths), len(lengths)),
        "end": numbers(min(lengths), len(lengths)),
    }
    return inputs, answers


def gradients(model: nn.Module) -> dict[str, Tensor]:
    return {name: parameter.grad for name, parameter in model.named_parameters() if parameter.grad is not None}


@pytest.mark.parametrize("lengths", LENGTHS.values(), ids=LENGTHS)
def test_logits_loss_and_gradients(kind: Kind, twins: tuple[Any, Any], lengths: list[int]) -> None:
    ours, theirs = twins
    inputs, drawn = draw(ours.config, lengths, len(LABELS))
    mine, there = ours(**inputs), theirs(**inputs)
    for logits, name in zip(mine if isinstance(mine, tuple) else [mine], kind.logits, strict=True):
        per_token = logits.shape[:2] == inputs["input_ids"].shape
        real = inputs["attention_mask"] if per_token else slice(None)
        assert there[name].std() > 0.005
        torch.testing.assert_close(logits[real], there[name][real], **TIGHT)

    my_answers, their_answers = kind.answers(drawn)
    loss, expected = ours(**inputs, **my_answers), theirs(**inputs, **their_answers).loss
    torch.testing.assert_close(loss, expected, **TIGHT)
    loss.backward()
    expected.backward()
    found, wanted = gradients(ours), gradients(theirs)
    assert len(found) == len(wanted) == len(list(theirs.parameters()))
    for name, gradient in found.items():
        there_name = rename(name, NAMES[kind.ours.__name__])
        torch.testing.assert_close(gradient, wanted[ALIASES.get(there_name, there_name)], atol=1e-4, rtol=0)


@pytest.fixture
def saved(kind: Kind, twins: tuple[Any, Any], tmp_path: Path) -> dict[str, Path]:
    """Both models in folders, each written by its own library."""
    import transformers

    ours, theirs = twins
    tokenizer = train_tokenizer(["a b c d e"] * 2, vocab_size=10)
    save_pretrained(tmp_path / "ours", ours, tokenizer)
    theirs.save_pretrained(tmp_path / "theirs")
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer).save_pretrained(tmp_path / "theirs")
    return {"ours": tmp_path / "ours", "theirs": tmp_path / "theirs"}


def test_ours_opens_there(kind: Kind, twins: tuple[Any, Any], saved: dict[str, Path]) -> None:
    import transformers

    loaded, info = getattr(transformers, kind.ours.__name__).from_pretrained(saved["ours"], output_loading_info=True)
    assert not any(info.values()), info
    for name, parameter in twins[1].named_parameters():
        assert torch.equal(parameter, loaded.get_parameter(name)), name
    if hasattr(twins[0], "labels"):
        assert loaded.config.id2label == dict(enumerate(LABELS))


def test_theirs_opens_here(kind: Kind, twins: tuple[Any, Any], saved: dict[str, Path]) -> None:
    assert architecture(saved["theirs"]) is kind.ours
    loaded, _ = load_pretrained(saved["theirs"], kind.ours)
    for name, parameter in twins[0].named_parameters():
        assert torch.equal(parameter, loaded.get_parameter(name)), name
    assert not loaded.training


def test_a_round_trip_keeps_labels_and_weights(kind: Kind, twins: tuple[Any, Any], saved: dict[str, Path]) -> None:
    loaded, _ = load_pretrained(saved["ours"], kind.ours)
    assert getattr(loaded, "labels", LABELS) == LABELS
    assert all(torch.equal(mine, read) for mine, read in zip(twins[0].parameters(), loaded.parameters(), strict=True))


@pytest.mark.parametrize("wanted", KINDS.values(), ids=KINDS)
def test_an_encoder_goes_under_any_head(
    wanted: Kind, kind: Kind, twins: tuple[Any, Any], saved: dict[str, Path]
) -> None:
    # With as many labels as the saved head has: what would fit stays behind all the same, a pooler too.
    loaded, _, fresh = load_encoder(saved["theirs"], wanted.ours, LABELS, torch.Generator().manual_seed(1))
    for name, parameter in twins[0].bert.named_parameters():
        assert torch.equal(parameter, loaded.bert.get_parameter(name)), name
    assert fresh == [name for name, _ in loaded.named_parameters() if not name.startswith("bert.")]
    started = build(wanted.ours, loaded.config, LABELS, torch.Generator().manual_seed(1))
    for name in fresh:
        assert torch.equal(loaded.get_parameter(name), started.get_parameter(name)), name


def test_the_bare_encoder_under_its_first_names(small_config: Any, tmp_path: Path) -> None:
    """As the released BERT's files have them: no prefix, gamma and beta for the norms."""
    import json

    from safetensors.torch import save_file

    donor = BertForMaskedLM(small_config(), torch.Generator().manual_seed(5))
    weights = {
        rename(f"bert.{name}", NAMES["BertForMaskedLM"])
        .removeprefix("bert.")
        .replace("LayerNorm.weight", "LayerNorm.gamma")
        .replace("LayerNorm.bias", "LayerNorm.beta"): tensor
        for name, tensor in donor.bert.state_dict().items()
    }
    assert sum(name.endswith("gamma") for name in weights) == 5
    save_file(weights, tmp_path / "model.safetensors")
    (tmp_path / "config.json").write_text(json.dumps({"model_type": "bert", **small_config().to_dict()}))
    train_tokenizer(["a b"] * 2, vocab_size=10).save(str(tmp_path / "tokenizer.json"))
    loaded, _, fresh = load_encoder(tmp_path, BertForTokenClassification, LABELS)
    assert fresh == ["head.classifier.weight", "head.classifier.bias"]
    for name, parameter in donor.bert.named_parameters():
        assert torch.equal(parameter, loaded.bert.get_parameter(name)), name


def test_what_a_folder_holds_is_named(tmp_path: Path, small_config: Any) -> None:
    import json

    (tmp_path / "config.json").write_text(json.dumps({"architectures": ["BertForMultipleChoice"]}))
    with pytest.raises(ValueError, match=r"BertForMultipleChoice; a model of these is needed: BertForMaskedLM, "):
        architecture(tmp_path)
    (tmp_path / "pytorch_model.bin").write_bytes(b"pickled")
    with pytest.raises(ValueError, match=r"pytorch_model\.bin is a pickle, .* save_pretrained"):
        load_encoder(tmp_path, BertForQuestionAnswering)


def test_a_missing_head_is_named(small_config: Any, tmp_path: Path) -> None:
    save_pretrained(tmp_path / "m", BertForMaskedLM(small_config()), train_tokenizer(["a b"] * 2, vocab_size=10))
    with pytest.raises(ValueError, match=r"no 'bert\.pooler\.dense\.weight'; is it a BertForPreTraining\?"):
        load_pretrained(tmp_path / "m", BertForPreTraining)


@pytest.mark.parametrize("names", [{"0": "a", "2": "b"}, ["a"], {"a": 0}])
def test_labels_that_are_not_numbered_from_0(names: Any) -> None:
    from bertkit.model.pretrained import labels_of

    with pytest.raises(ValueError, match=r"id2label is .*; it has to name the labels 0, 1, 2"):
        labels_of({"id2label": names})


def test_parts_of_a_batch_add_up(small_config: Any) -> None:
    model = BertForPreTraining(small_config(hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.0))
    inputs, drawn = draw(model.config, [12, 3, 9, 16], 2)
    answers = {"labels": drawn["tokens"], "is_next": drawn["is_next"]}
    whole = model(**inputs, **answers)
    labelled = (drawn["tokens"] != IGNORE_INDEX).sum()
    parts = []
    for rows in (slice(0, 2), slice(2, 4)):
        part = {name: tensor[rows] for name, tensor in {**inputs, **answers}.items()}
        share = 2 * (part["labels"] != IGNORE_INDEX).sum() / labelled
        assert share != 1
        parts.append(model(**part, label_weight=float(share)))
    torch.testing.assert_close(sum(parts) / 2, whole, **TIGHT)


OWN_HEADS = {
    "BertForMaskedLM": "words",
    "BertForSequenceClassification": "sequence",
    "BertForTokenClassification": "token",
    "BertForQuestionAnswering": "span",
}
"""The kind of head for each model in which other heads can stand."""
WITH_OWN_HEADS = pytest.mark.parametrize("name", OWN_HEADS)


def with_head(name: str, head: Any, config: BertConfig) -> Any:
    """A model with this head, all weights random and large."""
    model = build(KINDS[name].ours, config, LABELS, head=head)
    generator = torch.Generator().manual_seed(3)
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(0.3 * torch.randn(parameter.shape, generator=generator))
    return model.eval()


def logits_of(model: nn.Module, inputs: Inputs) -> Tensor:
    """All that a model of ours or of transformers says, as one vector."""
    with torch.no_grad():
        found = model(**inputs)
    parts = found.values() if hasattr(found, "values") and not isinstance(found, Tensor) else found
    return torch.cat([part.flatten() for part in parts])


@WITH_OWN_HEADS
def test_a_head_of_one_s_own_computes_in_transformers_what_it_computes_here(
    name: str, own_heads: dict[str, Any], small_config: Callable[..., BertConfig], tmp_path: Path
) -> None:
    import transformers

    head = own_heads[OWN_HEADS[name]]
    model = with_head(name, head, small_config())
    inputs, _ = draw(model.config, [5, 5, 5], len(LABELS))
    model.save_pretrained(tmp_path / "own", train_tokenizer(["a b"] * 2, vocab_size=10))
    assert architecture(tmp_path / "own") is KINDS[name].ours
    there, info = getattr(transformers, name).from_pretrained(tmp_path / "own", output_loading_info=True)
    assert not any(info.values()), info
    expected = logits_of(model, inputs)
    torch.testing.assert_close(logits_of(there, inputs), expected, **TIGHT)
    for again in (KINDS[name].ours.from_pretrained(tmp_path / "own", head) for head in (head, None)):
        torch.testing.assert_close(logits_of(again, inputs), expected, **TIGHT)


def changed(head: Any) -> Any:
    """A head with the same name and parameters that computes something else."""

    class Changed(head):
        def forward(self, hidden: Tensor) -> Any:
            return super().forward(hidden.tanh())

    Changed.__name__ = head.__name__
    return Changed


def widened(head: Any) -> Any:
    """A head with a further parameter."""

    class Widened(head):
        def __init__(self, *sizes: Any) -> None:
            super().__init__(*sizes)
            self.scale = nn.Parameter(torch.ones(1))

        def forward(self, hidden: Tensor) -> Any:
            return super().forward(hidden * self.scale)

    return Widened


def doubled(head: Any) -> Any:
    """A head that adds its bias twice, which nobody sees as long as that is 0."""

    class Doubled(head):
        def forward(self, hidden: Tensor) -> Any:
            found, last = super().forward(hidden), [*self.modules()][-1]
            if isinstance(found, tuple):
                return found[0] + last.bias[0], found[1] + last.bias[1]
            return found + last.bias

    return Doubled


def untied(head: Any) -> Any:
    """A head with a table of its own where the embeddings' belongs."""

    class Untied(head):
        def __init__(self, *parts: Any) -> None:
            super().__init__(*parts)
            if hasattr(self, "decoder"):
                self.decoder.weight = nn.Parameter(self.decoder.weight.detach().clone())
            else:
                self.shift = nn.Parameter(torch.zeros(1))

    return Untied


@WITH_OWN_HEADS
@pytest.mark.parametrize("change", [changed, widened, doubled, untied])
def test_what_no_class_of_transformers_computes_is_not_called_like_one(
    name: str,
    change: Callable[[Any], Any],
    own_heads: dict[str, Any],
    small_config: Callable[..., BertConfig],
    tmp_path: Path,
) -> None:
    import json

    import transformers
    from safetensors.torch import load_file

    head = change(own_heads[OWN_HEADS[name]])
    model = with_head(name, head, small_config())
    inputs, _ = draw(model.config, [5, 5, 5], len(LABELS))
    model.save_pretrained(tmp_path / "own", train_tokenizer(["a b"] * 2, vocab_size=10))
    (said,) = json.loads((tmp_path / "own" / "config.json").read_text())["architectures"]
    assert said == f"{name}With{head.__name__}"
    assert not hasattr(transformers, said)
    there = getattr(transformers, name)(transformers.BertConfig(**small_config().to_dict())).state_dict()
    of_head = [name for name in load_file(tmp_path / "own" / "model.safetensors") if name not in there]
    assert of_head  # opened by force, it lacks its head there, and transformers says so
    before = torch.random.get_rng_state()
    again = KINDS[name].ours.from_pretrained(str(tmp_path / "own"), head)
    again.double().save_pretrained(tmp_path / "double", train_tokenizer(["a b"] * 2, vocab_size=10))
    assert torch.equal(torch.random.get_rng_state(), before)
    again.float()
    assert torch.equal(logits_of(again, inputs), logits_of(model, inputs))
    with pytest.raises(ValueError, match=rf"head of somebody's own; open it in Python: {name}\.from_pretrained\("):
        architecture(tmp_path / "own")
    with pytest.raises(ValueError, match=r"model\.safetensors: the checkpoint has no '"):
        KINDS[name].ours.from_pretrained(tmp_path / "own")


def test_saving_a_library_head_tries_nothing_out(
    kind: Kind, twins: tuple[Any, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(torch.testing, "assert_close", None)
    assert own_heads(twins[0]) == []


@pytest.mark.parametrize("source", ["ours", "theirs"])
def test_the_encoder_alone(kind: Kind, source: str, twins: tuple[Any, Any], saved: dict[str, Path]) -> None:
    encoder = BertEncoder.from_pretrained(saved[source])
    assert not encoder.training
    assert encoder.state_dict().keys() == twins[0].bert.state_dict().keys()
    for name, parameter in twins[0].bert.named_parameters():
        assert torch.equal(parameter, encoder.get_parameter(name)), name


@pytest.mark.parametrize("source", ["ours", "theirs"])
def test_from_pretrained(kind: Kind, source: str, twins: tuple[Any, Any], saved: dict[str, Path]) -> None:
    for folder in (saved[source], str(saved[source])):
        model = kind.ours.from_pretrained(folder)
        assert type(model) is kind.ours
        assert not model.training
        inputs, _ = draw(model.config, [5], len(LABELS))
        assert torch.equal(logits_of(model, inputs), logits_of(twins[0], inputs))


def test_a_frozen_encoder_is_saved_and_loaded_under_its_own_names(
    kind: Kind, twins: tuple[Any, Any], saved: dict[str, Path]
) -> None:
    ours, _ = twins
    tokenizer = load_pretrained(saved["ours"], kind.ours)[1]
    before = (saved["ours"] / "model.safetensors").read_bytes()

    class Within(nn.Module):
        def __init__(self, encoder: nn.Module) -> None:
            super().__init__()
            self.layers = FrozenEncoder(encoder)

    for frozen in (FrozenEncoder, Within):
        ours.bert = frozen(ours.bert)
        ours.save_pretrained(saved["ours"], tokenizer)
        assert (saved["ours"] / "model.safetensors").read_bytes() == before
        with torch.no_grad():
            next(ours.bert.parameters()).zero_()
        assert from_huggingface(twins[1].state_dict(), ours) == []
        ours.save_pretrained(saved["ours"], tokenizer)
        assert (saved["ours"] / "model.safetensors").read_bytes() == before
