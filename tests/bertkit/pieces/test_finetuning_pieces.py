"""Fine-tunings on given pieces: all are called, right ones change nothing, wrong ones show, bad ones are named."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import Tensor, nn

from bertkit.finetuning.finetune import finetune
from bertkit.finetuning.frozen import INPUTS
from bertkit.finetuning.labelled import MODEL_FOR_FAMILY
from bertkit.finetuning.learning import TaskLearning, set_up
from bertkit.finetuning.loop import FinetuningSettings
from bertkit.finetuning.pieces import FinetuningPieces
from bertkit.model.attention import attention
from bertkit.model.bert import BertForPreTraining
from bertkit.objectives.nsp import pack_pair

from . import own
from .watching import watched

END_TO_END = FinetuningSettings(epochs=2, learning_rate=3e-3, layer_decay=0.5)
FROZEN = FinetuningSettings(epochs=2, learning_rate=1e-2, frozen=True)
CLOSE = {"rtol": 1e-3, "atol": 1e-4}
HEADS = {"sentence": "sequence_head", "pair": "sequence_head", "token": "token_head", "span": "span_head"}
LIBRARY: dict[str, Any] = {"pack_pair": pack_pair, "attention": attention}
"""The library's functions where it has a faster way of its own."""
STEPWISE = {name: piece for name, piece in own.OF_FINETUNING.items() if name != "finetune"}
"""Without a loop over all epochs, so that steps are taken one by one."""

FAMILIES = pytest.mark.parametrize("family", MODEL_FOR_FAMILY)
EITHER_WAY = pytest.mark.parametrize("settings", [END_TO_END, FROZEN], ids=["end to end", "frozen"])
EITHER_LOOP = pytest.mark.parametrize("pieces", [STEPWISE, own.OF_FINETUNING], ids=["steps", "loop"])


@pytest.fixture(scope="module")
def checkpoint(small_task: Any, task_model: Any, task_tokenizer: Any, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Pre-trained in name only: its weights are random."""
    folder = tmp_path_factory.mktemp("pretrained") / "checkpoint"
    config = task_model(small_task("sentence")).config
    BertForPreTraining(config, torch.Generator().manual_seed(5)).save_pretrained(folder, task_tokenizer)
    return folder


@dataclass
class Outcome:
    """What came of a run."""

    learning: TaskLearning
    weights: Tensor
    losses: list[float]
    scores: dict[str, float]

    def equals(self, other: "Outcome") -> bool:
        """Bit for bit."""
        return torch.equal(self.weights, other.weights) and (self.losses, self.scores) == (other.losses, other.scores)

    def assert_close(self, other: "Outcome") -> None:
        assert self.losses == pytest.approx(other.losses, rel=1e-4)
        torch.testing.assert_close(self.weights, other.weights, **CLOSE)
        assert self.scores == pytest.approx(other.scores)


@pytest.fixture(scope="module")
def run_on(checkpoint: Path, small_task: Any) -> Callable[..., Outcome]:
    """A whole run on some pieces, from a checkpoint to scores."""

    def go(family: Any, settings: FinetuningSettings, pieces: dict[str, Any]) -> Outcome:
        task = small_task(family)
        learning = set_up(checkpoint, task, settings, FinetuningPieces(**pieces))
        losses = learning.losses()
        state = learning.model.state_dict()
        # Logits of all positions shift together with this one, so that its gradient is nothing but rounding.
        weights = torch.cat([value.flatten() for name, value in state.items() if name != "head.outputs.bias"])
        return Outcome(learning, weights, losses, learning.score(task.test))

    return go


def needed(family: str, settings: FinetuningSettings, pieces: dict[str, Any]) -> set[str]:
    """The pieces that such a run cannot do without."""
    of_family = {
        "sentence": set(),
        "pair": {"pack_pair"},
        "token": {"align_labels", "mlm_loss", "entity_f1"},
        "span": {"span_loss", "best_span"},
    }[family]
    kept = {"frozen_encoder"} | ({"cache_features"} if HEADS[family] == "sequence_head" else set())
    return {
        *("pad_batch", "attention", "parameter_groups", HEADS[family]),
        *of_family,
        *(kept if settings.frozen else {"layerwise_learning_rates"}),
        *({"finetune"} if "finetune" in pieces else {"train_step", "warmup_linear"}),
    }


def test_every_piece_is_needed_by_some_run() -> None:
    runs = [
        needed(family, settings, pieces)
        for family in HEADS
        for settings in (END_TO_END, FROZEN)
        for pieces in (STEPWISE, own.OF_FINETUNING)
    ]
    assert set().union(*runs) == own.OF_FINETUNING.keys()
    assert own.OF_FINETUNING.keys() == vars(FinetuningPieces()).keys()


@FAMILIES
@EITHER_WAY
@EITHER_LOOP
def test_every_piece_is_called_as_its_contract_says_and_right_ones_change_nothing(
    family: str,
    settings: FinetuningSettings,
    pieces: dict[str, Any],
    run_on: Callable[..., Outcome],
    checkpoint: Path,
) -> None:
    calls: Counter[str] = Counter()
    found = run_on(family, settings, watched(pieces, calls))
    assert {name for name in own.OF_FINETUNING if calls[name]} == needed(family, settings, pieces)
    examples = len(found.learning.rows.rows)
    steps = settings.epochs * -(-examples // settings.batch_size)
    if "finetune" in pieces:
        assert calls["finetune"] == 1
        found.assert_close(run_on(family, settings, {**LIBRARY, "finetune": finetune}))
    else:
        assert calls["train_step"] == steps
        found.assert_close(run_on(family, settings, LIBRARY))
    evaluations = 1  # forty examples at once
    assert calls[f"{HEADS[family]}.forward"] == steps + evaluations
    encoded = -(-examples // 64) if settings.frozen else steps
    assert calls["attention"] == 2 * (encoded + evaluations)  # layers
    model = found.learning.model
    assert all(parameter.requires_grad for parameter in model.parameters())
    before = load_file(checkpoint / "model.safetensors")["bert.embeddings.word_embeddings.weight"]
    assert torch.equal(model.bert.embeddings.word_embeddings.weight, before) == settings.frozen


@FAMILIES
@EITHER_WAY
def test_the_library_s_functions_give_the_library_s_run_bit_for_bit(
    family: str, settings: FinetuningSettings, run_on: Callable[..., Outcome]
) -> None:
    calls: Counter[str] = Counter()
    given = {
        **{name: piece for name, piece in vars(FinetuningPieces()).items() if piece is not None},
        "pack_pair": pack_pair,
    }
    assert run_on(family, settings, watched(given, calls)).equals(run_on(family, settings, {}))
    assert {name for name in given if calls[name]} == needed(family, settings, {}) - {"attention"}


# Wrong pieces


def every_piece_labelled(labels: Any, words: Any) -> list[int]:
    return [-100 if word is None else labels[word] for word in words]


class Rolled(own.FrozenEncoder):
    def forward(self, *args: Any, **kwargs: Any) -> Any:
        return super().forward(*args, **kwargs).roll(1, dims=1)


class OfTheEnd(own.SequenceClassificationHead):
    def forward(self, hidden: Tensor) -> Tensor:
        return super().forward(hidden.flip(-1))


class OfTheNext(own.TokenClassificationHead):
    def forward(self, hidden: Tensor) -> Tensor:
        return super().forward(hidden.roll(1, dims=1))


class EndFirst(own.SpanHead):
    def forward(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        return super().forward(hidden)[::-1]


def features_of_the_last(encoder: nn.Module, batches: Any) -> Tensor:
    encoder.eval()
    with torch.no_grad():
        return torch.cat([encoder(**batch)[:, -1] for batch in batches])


def first_allowed(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, longest: int) -> tuple[int, int]:
    return (int(allowed.int().argmax()),) * 2


WRONG: dict[str, tuple[str, FinetuningSettings, Any]] = {
    "align_labels": ("token", END_TO_END, every_piece_labelled),
    "pack_pair": ("pair", END_TO_END, lambda *given: (own.pack_pair(*given)[0], [0] * len(own.pack_pair(*given)[0]))),
    "pad_batch": (
        "sentence",
        END_TO_END,
        lambda sequences, pad: (own.pad_batch(sequences, pad)[0], own.pad_batch(sequences, pad)[0] != 3),
    ),
    "attention": ("sentence", FROZEN, lambda query, key, value, mask: own.attention(0 * query, key, value, mask)),
    "sequence_head": ("pair", FROZEN, OfTheEnd),
    "token_head": ("token", END_TO_END, OfTheNext),
    "span_head": ("span", END_TO_END, EndFirst),
    "mlm_loss": ("token", FROZEN, lambda logits, labels: 0.5 * own.mlm_loss(logits, labels)),
    "span_loss": ("span", FROZEN, lambda starts, ends, start, end: own.span_loss(starts, 0 * ends, start, end)),
    "frozen_encoder": ("token", FROZEN, Rolled),
    "cache_features": ("sentence", FROZEN, features_of_the_last),
    "layerwise_learning_rates": ("sentence", END_TO_END, lambda *given: own.layerwise_learning_rates(*given)[::-1]),
    "parameter_groups": (
        "sentence",
        FROZEN,
        lambda model, decay: [{"params": [*model.parameters()], "weight_decay": 5.0}],
    ),
    "warmup_linear": ("sentence", FROZEN, lambda step, warmup, total: 1.0),
    "train_step": (
        "sentence",
        FROZEN,
        lambda model, batches, optimizer, scheduler, norm: own.train_step(
            model, batches, optimizer, SimpleNamespace(step=lambda: None), norm
        ),
    ),
    "finetune": ("sentence", FROZEN, lambda model, batches, optimizer, epochs: [0.0] * epochs),
    "best_span": ("span", FROZEN, first_allowed),
    "entity_f1": ("token", FROZEN, lambda predicted, gold: 0.25),
}
OF_JUDGING = {"best_span", "entity_f1"}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_piece_shows(name: str, run_on: Callable[..., Outcome]) -> None:
    family, settings, wrong = WRONG[name]
    pieces = own.OF_FINETUNING if name == "finetune" else STEPWISE
    right, other = (run_on(family, settings, {**pieces, name: piece}) for piece in (pieces[name], wrong))
    assert not other.equals(right)
    assert torch.equal(other.weights, right.weights) == (name in OF_JUDGING)
    if name in OF_JUDGING:
        assert other.scores != right.scores


def test_a_frozen_encoder_in_the_model_s_place_trains_by_the_given_loop(checkpoint: Path, small_task: Any) -> None:
    """Lesson 6 without cached features: the encoder runs in every epoch, and never moves."""
    learning = set_up(checkpoint, small_task("token"), FROZEN, FinetuningPieces(**own.OF_FINETUNING))
    model = learning.model
    before = {name: value.clone() for name, value in model.bert.state_dict().items()}
    model.bert = own.FrozenEncoder(model.bert)
    learner = [parameter for parameter in model.parameters() if parameter.requires_grad]
    losses = own.finetune(model, [*learning.rows.in_order(16)], torch.optim.AdamW(learner, lr=1e-2), 4)
    assert losses[-1] < losses[0]
    assert all(torch.equal(value, before[name]) for name, value in model.bert.inner.state_dict().items())


# Bad pieces


def raw(value: Any) -> Callable[..., Any]:
    """A piece that returns this, whatever it is given."""
    return lambda *arguments: value


class Learning(nn.Module):
    """No frozen encoder: what it returns has a gradient."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.inner = encoder

    def forward(self, **batch: Any) -> Any:
        return self.inner(**batch)


class Narrow(nn.Module):
    def __init__(self, *parts: Any) -> None:
        super().__init__()
        self.line = nn.Linear(parts[0], 1)

    def forward(self, hidden: Tensor) -> Tensor:
        return self.line(hidden)


BAD: dict[str, tuple[str, str, FinetuningSettings, Any, str]] = {
    "labels of words": (
        "align_labels",
        "token",
        END_TO_END,
        lambda labels, words: [*labels],
        r"example 1: align_labels returned a list of \d+; it has to be a list of \d+ labels, one a token",
    ),
    "one list": (
        "pack_pair",
        "pair",
        END_TO_END,
        raw([2, 7, 3]),
        "pack_pair returned a list of 3; it has to be",
    ),
    "no mask": ("pad_batch", "sentence", END_TO_END, raw(None), "pad_batch returned None; it has to be a tuple of two"),
    "attention of one": (
        "attention",
        "sentence",
        END_TO_END,
        lambda query, key, value, mask: (query[:1], query[:1]),
        r"attention \(output\) returned a float32 tensor of shape \(1, ",
    ),
    "narrow sequence head": (
        "sequence_head",
        "sentence",
        END_TO_END,
        Narrow,
        r"SequenceClassificationHead returned a float32 tensor of shape \(16, 1, 1\); it has to be .* \(16, 2\)",
    ),
    "narrow token head": ("token_head", "token", FROZEN, Narrow, r"TokenClassificationHead returned .*, 1\); it has"),
    "narrow span head": ("span_head", "span", END_TO_END, Narrow, "SpanHead returned a float32 tensor"),
    "losses of tokens": (
        "mlm_loss",
        "token",
        END_TO_END,
        lambda logits, labels: nn.functional.cross_entropy(logits.transpose(1, 2), labels, reduction="none"),
        "mlm_loss returned a float32 tensor of shape",
    ),
    "two losses": (
        "span_loss",
        "span",
        FROZEN,
        lambda starts, ends, *where: (starts.sum(), ends.sum()),
        r"span_loss returned \(a float32 tensor of shape \(\), a float32 tensor of shape \(\)\); it has to be a float",
    ),
    "no module": (
        "frozen_encoder",
        "span",
        FROZEN,
        raw(None),
        "FrozenEncoder returned None; it has to be an",
    ),
    "not frozen": ("frozen_encoder", "token", FROZEN, Learning, "FrozenEncoder returned .* without a gradient"),
    "features of one batch": (
        "cache_features",
        "sentence",
        FROZEN,
        lambda encoder, batches: own.cache_features(encoder, batches)[:3],
        r"cache_features returned a float32 tensor of shape \(3, 32\); it has to be a float tensor of shape \(48, 32\)",
    ),
    "features with a gradient": (
        "cache_features",
        "sentence",
        FROZEN,
        lambda encoder, batches: own.cache_features(encoder, batches).requires_grad_(),
        "cache_features returned .* without a gradient",
    ),
    "a rate too few": (
        "layerwise_learning_rates",
        "sentence",
        END_TO_END,
        lambda *given: own.layerwise_learning_rates(*given)[1:],
        "layerwise_learning_rates returned a list of 3; it has to be a list of 4 rates",
    ),
    "no groups": ("parameter_groups", "sentence", FROZEN, raw(None), "parameter_groups returned None; it has to be"),
    "no rate": ("warmup_linear", "sentence", FROZEN, raw("1"), "warmup_linear returned a str; it has to be a finite"),
    "a loss that is a tensor": (
        "train_step",
        "sentence",
        FROZEN,
        raw(torch.tensor(1.0)),
        r"train_step returned a float32 tensor of shape \(\); it has to be a finite number",
    ),
    "losses of steps": (
        "finetune",
        "sentence",
        FROZEN,
        raw([1.0] * 6),
        "finetune returned a list of 6; it has to be a list of 2 losses, one an epoch",
    ),
    "losses that are none": (
        "finetune",
        "sentence",
        FROZEN,
        raw([1.0, None]),
        "finetune .* returned None; it has to",
    ),
    "no span": ("best_span", "span", FROZEN, raw(None), "best_span returned None; it has to be a tuple of two"),
    "a span backwards": ("best_span", "span", FROZEN, raw((3, 2)), r"best_span returned \(3, 2\); it has to be start"),
    "a span of the question": ("best_span", "span", FROZEN, raw((1, 2)), r"best_span returned \(1, 2\); .* allowed"),
    "no figure": ("entity_f1", "token", FROZEN, raw(None), "entity_f1 returned None; it has to be a finite number"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_piece_is_named(case: str, run_on: Callable[..., Outcome]) -> None:
    name, family, settings, piece, message = BAD[case]
    pieces = own.OF_FINETUNING if name == "finetune" else STEPWISE
    with pytest.raises(ValueError, match=message):
        run_on(family, settings, {**pieces, name: piece})


def test_after_a_bad_piece_the_encoder_can_learn_again(checkpoint: Path, small_task: Any) -> None:
    pieces = FinetuningPieces(cache_features=raw(None))
    learning = set_up(checkpoint, small_task("sentence"), replace(FROZEN, epochs=1), pieces)
    with pytest.raises(ValueError, match="cache_features returned None"):
        learning.losses()
    assert all(parameter.requires_grad for parameter in learning.model.bert.parameters())
    assert learning.model(**{name: learning.rows.batch([0])[name] for name in INPUTS}).shape == (1, 2)
