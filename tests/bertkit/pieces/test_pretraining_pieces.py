"""Pre-trainings on given pieces: all are called, right ones change nothing, wrong ones show, bad ones are named."""

import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from bertkit.data.reading import NEIGHBOURS, Reader, blocks_of
from bertkit.evaluation.pretraining import Scores, evaluate, score
from bertkit.model.attention import attention
from bertkit.model.bert import BertForMaskedLM, BertForPreTraining
from bertkit.model.config import BertConfig
from bertkit.model.pretrained import load_encoder
from bertkit.objectives import nsp
from bertkit.objectives.joint import pretraining_loss
from bertkit.objectives.mlm import MaskedLanguageModelling
from bertkit.story_world import STORYBOOK, StoryWorld
from bertkit.training.learning import Intervals, prepare, set_up, train
from bertkit.training.next_token import NextTokenPrediction
from bertkit.training.optimization import train_step
from bertkit.training.pieces import PretrainingPieces
from bertkit.training.pretrain import PretrainingSettings, pretrain
from bertkit.training.runs import Run

from . import own
from .watching import watched

STEPS = 4
OPTIONS: dict[str, Any] = {
    "vocab_size": 600,
    "split_sentences": True,
    "max_length": 36,
    "longest_run": 2,
    "next_sentence": "random",
    "size": "nano",
    "mask_probability": 0.15,
    "repeated_words": 0.0,
    "begin_with": None,
    "add_layers": 0,
    "cut_rare_names": False,
    "seed": 0,
}
CLOSE = {"rtol": 1e-3, "atol": 1e-4}
SHARED = {"mlm_loss", "nsp_loss"}
"""What is called no more where their sum is given."""
LIBRARY: dict[str, Any] = {
    "sample_pairs": nsp.sample_pairs,
    "pack_pair": nsp.pack_pair,
    "attention": attention,
    "pretraining_loss": pretraining_loss,
}
"""The library's functions where it has a faster way of its own."""


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Stories as a text like any other, whose floor nobody computes, tokenized in a run's folder."""
    folder = tmp_path_factory.mktemp("told")
    stories = StoryWorld(STORYBOOK.about("bedtime")).stories(0, 40)
    (folder / "stories.txt").write_text("\n\n".join("\n".join(story.sentences) for story in stories))
    run = Run(folder / "run")
    run.begin(OPTIONS)
    prepare(run, {**OPTIONS, "text": folder / "stories.txt"})
    return run.path


@dataclass
class Outcome:
    """What came of a run."""

    model: BertForMaskedLM | BertForPreTraining
    weights: Tensor
    losses: list[float]
    rates: list[float]
    scores: Scores

    def assert_close(self, other: "Outcome") -> None:
        assert self.losses == pytest.approx(other.losses, rel=1e-4)
        assert self.rates == pytest.approx(other.rates)
        torch.testing.assert_close(self.weights, other.weights, **CLOSE)
        for mine, theirs in zip(vars(self.scores).values(), vars(other.scores).values(), strict=True):
            assert mine == theirs or mine == pytest.approx(theirs, rel=1e-3)

    def equals(self, other: "Outcome") -> bool:
        """Bit for bit."""
        return torch.equal(self.weights, other.weights) and (self.losses, self.rates, self.scores) == (
            other.losses,
            other.rates,
            other.scores,
        )


@pytest.fixture(scope="module")
def run_on(told: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Outcome]:
    """A whole run on some pieces: set up, trained half-way and saved, set up again, loaded, trained to its end."""

    def go(pieces: dict[str, Any], stops_at: int = 2, steps: int = STEPS, **changed: Any) -> Outcome:
        run = Run(tmp_path_factory.mktemp("runs") / "run")
        shutil.copytree(told, run.path)
        of_settings = {name: changed.pop(name) for name in ("accumulation", "precision") if name in changed}
        settings = PretrainingSettings(steps=steps, batch_size=8, warmup_steps=1, **of_settings)
        losses: list[float] = []
        rates: list[float] = []

        def stepped(step: Any) -> None:
            losses.append(step.loss)
            rates.append(step.learning_rate)

        for last in dict.fromkeys((stops_at, steps)):
            learning = set_up(run, OPTIONS | changed, settings, PretrainingPieces(**pieces))
            if losses:
                learning.training.load(run.state)
            intervals = Intervals(save=100, evaluation=100, log=1)
            train(learning, run, intervals, stepped, interrupted=lambda last=last: len(losses) == last)
        weights = torch.cat([value.flatten() for value in learning.model.state_dict().values()])
        return Outcome(learning.model, weights, losses, rates, learning.score())

    return go


@pytest.mark.parametrize(
    ("changed", "without"),
    [
        ({}, SHARED),
        ({"pieces": {"pretraining_loss": None}}, {"pretraining_loss"}),
        ({"accumulation": 2}, {"nsp_loss"}),
        ({"next_sentence": "same-topic"}, SHARED),
        ({"next_sentence": "none"}, {"nsp_loss", "pretraining_loss", "nsp_head", "sample_pairs", "pack_pair"}),
    ],
    ids=["joint loss", "sum of losses", "parts of batches", "same topic", "single texts"],
)
def test_every_piece_is_called_as_its_contract_says_and_right_ones_change_nothing(
    changed: dict[str, Any], without: set[str], run_on: Callable[..., Outcome]
) -> None:
    calls: Counter[str] = Counter()
    changed = dict(changed)
    given = changed.pop("pieces", {})
    padded: list[bool] = []

    def pad_batch(sequences: Any, pad_id: int) -> tuple[Tensor, Tensor]:
        ids, mask = own.pad_batch(sequences, pad_id)
        padded.append(not mask.all())
        return ids, mask

    found = run_on({**watched({**own.OF_PRETRAINING, "pad_batch": pad_batch}, calls), **given}, **changed)
    assert {name for name in own.OF_PRETRAINING if calls[name]} == own.OF_PRETRAINING.keys() - without
    assert any(padded)
    each_step = ("select_positions", "corrupt", "mlm_labels", "train_step")
    assert {calls[name] for name in each_step} == {STEPS}
    assert (calls["save_checkpoint"], calls["load_checkpoint"], calls["parameter_groups"]) == (2, 1, 2)
    evaluations = calls["masked_accuracy"] // (2 if calls["nsp_head"] else 1)
    to_copy = 1  # one batch of words that are said again, at the only evaluation
    forwards = STEPS * changed.get("accumulation", 1) + evaluations + to_copy
    assert calls["attention"] == 2 * forwards  # layers
    assert calls["mlm_head.forward"] == forwards
    assert calls["nsp_head.forward"] == (forwards if calls["nsp_head"] else 0)
    found.assert_close(run_on({**LIBRARY, **given}, **changed))


def test_the_library_s_functions_give_the_library_s_run_bit_for_bit(run_on: Callable[..., Outcome]) -> None:
    usual = run_on({})
    given = {
        **{name: getattr(PretrainingPieces(), name) for name in own.OF_PRETRAINING},
        "pretraining_loss": pretraining_loss,
        "pack_pair": nsp.pack_pair,
        "pad_batch": own.pad_batch,
    }
    assert given["attention"] is given["sample_pairs"] is None
    calls: Counter[str] = Counter()
    given = {name: piece for name, piece in given.items() if piece is not None}
    assert run_on(watched(given, calls)).equals(usual)
    assert calls["pack_pair"] > 8 * STEPS - 1
    assert run_on({"attention": attention}).losses == pytest.approx(usual.losses, rel=1e-5)


def test_a_run_that_was_stopped_goes_on_by_given_checkpoints(run_on: Callable[..., Outcome], usual: Outcome) -> None:
    assert usual.equals(run_on(own.OF_PRETRAINING, stops_at=STEPS))


def test_dropout_of_attention_weights_is_drawn_for_a_given_attention_too() -> None:
    config = BertConfig(40, 16, 1, 2, 32, 8, hidden_dropout_prob=0.0, attention_probs_dropout_prob=0.5)
    model = BertForMaskedLM(config, attention=own.attention)
    ids = torch.arange(5, 12)[None]
    torch.manual_seed(0)
    assert not torch.equal(model.train()(ids), model(ids))
    assert torch.equal(model.eval()(ids), model(ids))
    torch.testing.assert_close(model(ids), BertForMaskedLM(config).eval()(ids), atol=1e-5, rtol=1e-4)


def test_a_next_token_pretraining_on_given_pieces(corpus: Any, model_for: Any, weights_of: Any) -> None:
    """Lesson 1's run: causal mask, attention, next-token labels."""
    settings = PretrainingSettings(steps=STEPS, batch_size=8, warmup_steps=0)
    calls: Counter[str] = Counter()
    pieces = watched({name: getattr(own, name) for name in ("causal_mask", "next_token_labels", "attention")}, calls)
    attend = pieces.pop("attention")
    found = []
    for objective, given in ((NextTokenPrediction(**pieces), attend), (NextTokenPrediction(), None)):
        config = model_for(attention_probs_dropout_prob=0.0, hidden_dropout_prob=0.0).config
        model = BertForMaskedLM(config, torch.Generator().manual_seed(0), attention=given)
        losses = [step.loss for step in pretrain(model, corpus.training, objective, settings)]
        found.append((losses, weights_of(model), *evaluate(model, corpus.validation, objective)))
    assert calls["causal_mask"] == calls["next_token_labels"] == calls["attention"] // 2 > STEPS
    assert found[0][0] == pytest.approx(found[1][0], rel=1e-4)
    torch.testing.assert_close(found[0][1], found[1][1], **CLOSE)
    assert found[0][2:] == pytest.approx(found[1][2:], rel=1e-3)


def test_parts_of_a_next_token_batch_learn_what_the_whole_learns(corpus: Any, model_for: Any, weights_of: Any) -> None:
    found = []
    for accumulation in (1, 2):
        model = model_for(attention_probs_dropout_prob=0.0, hidden_dropout_prob=0.0)
        settings = PretrainingSettings(steps=STEPS, batch_size=8, warmup_steps=0, accumulation=accumulation)
        losses = [step.loss for step in pretrain(model, corpus.training, NextTokenPrediction(), settings)]
        found.append((losses, weights_of(model)))
    assert found[0][0] == pytest.approx(found[1][0], rel=1e-4)
    torch.testing.assert_close(found[0][1], found[1][1], **CLOSE)


def test_who_sees_the_next_token_needs_no_context(corpus: Any, model_for: Any) -> None:
    """Without a causal mask the answer stands there; a wrong piece has the consequence that lesson 1 shows."""
    losses = {}
    for name, mask in (("causal", own.causal_mask), ("none", lambda length: torch.ones(length, length).bool())):
        model = model_for(attention_probs_dropout_prob=0.0, hidden_dropout_prob=0.0)
        settings = PretrainingSettings(steps=2, batch_size=8, warmup_steps=0)
        objective = NextTokenPrediction(causal_mask=mask)
        losses[name] = [step.loss for step in pretrain(model, corpus.training, objective, settings)]
    assert losses["causal"] != losses["none"]


# Wrong pieces


def nothing_selected(input_ids: Tensor, special: Tensor, probability: float, generator: Any) -> Tensor:
    return torch.zeros_like(special)


def test_nothing_selected_leaves_the_loss_of_pairs_alone(run_on: Callable[..., Outcome]) -> None:
    silent = {"nsp_loss": lambda logits, is_next: 0 * logits.sum(), "select_positions": nothing_selected}
    assert run_on(silent).losses == [0.0] * STEPS
    assert run_on({"select_positions": nothing_selected}).losses[0] == pytest.approx(0.69, abs=0.2)


def gradients_of(run_on: Callable[..., Outcome], **pieces: Any) -> list[Tensor]:
    """Of every parameter in the first step, before they are clipped."""
    found: list[Tensor] = []

    def step(model: nn.Module, batches: Any, optimizer: Any, scheduler: Any, max_grad_norm: float) -> float:
        loss = train_step(model, batches, optimizer, scheduler, float("inf"))
        if not found:
            found.extend(parameter.grad.clone() for parameter in model.parameters() if parameter.grad is not None)
        return loss

    run_on({**pieces, "train_step": step}, steps=1, stops_at=1)
    return found


def test_a_loss_times_two_has_gradients_times_two(run_on: Callable[..., Outcome]) -> None:
    usual, twice = (
        gradients_of(
            run_on, pretraining_loss=lambda *arguments, factor=factor: factor * own.pretraining_loss(*arguments)
        )
        for factor in (1.0, 2.0)
    )
    for one, other in zip(usual, twice, strict=True):
        torch.testing.assert_close(2 * one, other)
    assert any(one.abs().max() > 1e-4 for one in usual)


def without_schedule(model: Any, batches: Any, optimizer: Any, scheduler: Any, max_grad_norm: float) -> float:
    return own.train_step(model, batches, optimizer, SimpleNamespace(step=lambda: None), max_grad_norm)


class Shifted(own.MLMHead):
    def forward(self, hidden: Tensor) -> Tensor:
        return super().forward(hidden).roll(1, dims=-1)


class Constant(own.NSPHead):
    def forward(self, hidden: Tensor) -> Tensor:
        return 0 * super().forward(hidden) + torch.tensor([0.0, 3.0])


def only_the_model(path: Path, model: nn.Module, optimizer: Any, scheduler: Any, step: int) -> None:
    fresh = torch.optim.AdamW(
        [{"params": list(group["params"]), "weight_decay": group["weight_decay"]} for group in optimizer.param_groups]
    )
    own.save_checkpoint(path, model, fresh, scheduler, step)


WRONG: dict[str, Any] = {
    "select_positions": lambda ids, special, probability, drawing: ~special,
    "corrupt": lambda ids, selected, mask, size, drawing: ids.clone(),
    "mlm_labels": lambda ids, selected: torch.where(selected, ids.roll(1, dims=1), -100),
    "sample_pairs": lambda documents, rng: [
        (document[place], document[place + 1], True) for document in documents for place in range(len(document) - 1)
    ],
    "pack_pair": lambda first, second, *rest: (lambda ids, types: (ids, [0] * len(types)))(
        *own.pack_pair(first, second, *rest)
    ),
    "pad_batch": lambda sequences, pad: (own.pad_batch(sequences, pad)[0], own.pad_batch(sequences, pad)[0] != 3),
    "attention": lambda query, key, value, mask: own.attention(0 * query, key, value, mask),
    "mlm_head": Shifted,
    "nsp_head": Constant,
    "mlm_loss": lambda logits, labels: 0.5 * own.mlm_loss(logits, labels),
    "nsp_loss": lambda logits, is_next: own.nsp_loss(logits, ~is_next),
    "pretraining_loss": lambda mlm, labels, pairs, is_next: own.mlm_loss(mlm, labels),
    "parameter_groups": lambda model, decay: [{"params": [*model.parameters()], "weight_decay": 5.0}],
    "warmup_linear": lambda step, warmup, total: 1.0,
    "train_step": without_schedule,
    "masked_accuracy": lambda logits, labels: (0, int((labels != -100).sum())),
    "save_checkpoint": only_the_model,
    "load_checkpoint": lambda path, *parts: own.load_checkpoint(path, *parts) + 1,
}


@pytest.fixture(scope="module")
def usual(run_on: Callable[..., Outcome]) -> Outcome:
    """On right pieces."""
    return run_on(own.OF_PRETRAINING)


@pytest.fixture(scope="module")
def summed(run_on: Callable[..., Outcome]) -> Outcome:
    """On right pieces, without one for the joint loss."""
    return run_on({**own.OF_PRETRAINING, "pretraining_loss": None})


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_piece_shows(name: str, run_on: Callable[..., Outcome], usual: Outcome, summed: Outcome) -> None:
    pieces = dict(own.OF_PRETRAINING)
    if name in SHARED:
        del pieces["pretraining_loss"]
    right, other = (usual if "pretraining_loss" in pieces else summed), run_on({**pieces, name: WRONG[name]})
    assert not other.equals(right)
    if name == "masked_accuracy":
        assert torch.equal(other.weights, right.weights)
        assert (other.scores.mlm_accuracy, other.scores.nsp_accuracy) == (0.0, 0.0)
    else:
        assert not torch.equal(other.weights, right.weights)
    if name == "warmup_linear":
        assert other.rates == [2e-3] * STEPS
    assert len(other.losses) == STEPS - (name == "load_checkpoint")  # which leaves a step out


def test_own_heads_are_saved_and_their_encoder_is_fine_tuned(usual: Outcome, told: Path, tmp_path: Path) -> None:
    from tokenizers import Tokenizer

    from bertkit.model.bert import BertForTokenClassification

    model = usual.model
    folder = tmp_path / "saved"
    model.save_pretrained(folder, Tokenizer.from_file(str(told / "training" / "data" / "tokenizer.json")))
    again = BertForPreTraining.from_pretrained(
        folder, mlm_head=own.MLMHead, nsp_head=own.NSPHead, attention=own.attention
    )
    ids = torch.arange(5, 17)[None]
    for said, expected in zip(again(ids), model.eval()(ids), strict=True):
        assert torch.equal(said, expected)
    tuned, _, fresh = load_encoder(folder, BertForTokenClassification, ("a", "b"))
    assert {name.split(".")[0] for name in fresh} == {"head"}
    for name, value in model.bert.state_dict().items():
        assert torch.equal(tuned.bert.state_dict()[name], value)


# Bad pieces


def raw(value: Any) -> Callable[..., Any]:
    """A piece that returns this, whatever it is given."""
    return lambda *arguments: value


class Narrow(nn.Module):
    def __init__(self, *parts: Any) -> None:
        super().__init__()
        self.line = nn.Linear(parts[0], 3)

    def forward(self, hidden: Tensor) -> Tensor:
        return self.line(hidden)


BAD: dict[str, tuple[str, Any, str]] = {
    "selection of numbers": (
        "select_positions",
        lambda ids, *rest: torch.zeros(ids.shape),
        r"select_positions returned a float32 tensor of shape \(8, \d+\); it has to be a bool tensor of shape \(8, ",
    ),
    "selection of one row": ("select_positions", lambda ids, *rest: ids[0] > 0, r"it has to be a bool tensor of shape"),
    "no selection": ("select_positions", raw(None), "select_positions returned None; it has to be a bool tensor"),
    "corrupted floats": ("corrupt", lambda ids, *rest: ids.float(), "corrupt returned a float32 tensor"),
    "labels of the selected": (
        "mlm_labels",
        lambda ids, selected: ids[selected],
        "mlm_labels returned an int64 tensor",
    ),
    "no pairs": ("sample_pairs", raw([]), "sample_pairs returned no pair of "),
    "pairs without an answer": (
        "sample_pairs",
        lambda documents, rng: [(document[0], document[0]) for document in documents],
        "sample_pairs returned .* among its pairs; each has to be",
    ),
    "pairs of nothing": ("sample_pairs", raw(None), "sample_pairs returned None; it has to be a list of"),
    "ids without types": ("pack_pair", lambda first, *rest: first, r"pack_pair returned a list of \d+; it has to be"),
    "too long": (
        "pack_pair",
        lambda first, second, *rest: own.pack_pair(first * 40, second, 2, 3, 99),
        r"pack_pair returned \(a list of \d+, a list of \d+\); it has to be two lists of one length, at most 36",
    ),
    "no mask": ("pad_batch", lambda *given: own.pad_batch(*given)[0], "pad_batch returned an int64 tensor"),
    "a mask of numbers": (
        "pad_batch",
        lambda *given: (own.pad_batch(*given)[0],) * 2,
        r"pad_batch \(attention_mask\) returned an int64 tensor",
    ),
    "no weights": ("attention", lambda *given: own.attention(*given)[0], "attention returned a float32 tensor"),
    "weights of one head": (
        "attention",
        lambda *given: (own.attention(*given)[0], own.attention(*given)[1][:, 0]),
        r"attention \(weights\) returned a float32 tensor of shape",
    ),
    "narrow words": ("mlm_head", Narrow, r"MLMHead returned a float32 tensor of shape \(\d+, 3\)"),
    "narrow pairs": ("nsp_head", Narrow, r"NSPHead returned a float32 tensor of shape \(8, 1, 3\)"),
    "losses of all": (
        "mlm_loss",
        lambda logits, labels: nn.functional.cross_entropy(logits, labels, reduction="none"),
        r"mlm_loss returned a float32 tensor of shape \(\d+,\); it has to be a float tensor of shape \(\)",
    ),
    "a loss that is a number": ("nsp_loss", raw(0.5), "nsp_loss returned 0.5; it has to be a float tensor"),
    "no joint loss": ("pretraining_loss", raw(None), "pretraining_loss returned None"),
    "groups of parameters": (
        "parameter_groups",
        lambda model, decay: [*model.parameters()],
        r"parameter_groups returned a list of \d+; it has to be a list of dicts",
    ),
    "no rate": ("warmup_linear", raw(None), "warmup_linear returned None; it has to be a finite number"),
    "no loss of a step": ("train_step", raw(None), "train_step returned None; it has to be a finite number"),
    "a step that diverged": ("train_step", raw(float("nan")), r"training diverged at step 1: the loss is nan; lower"),
    "no count": ("masked_accuracy", raw(0.5), "masked_accuracy returned 0.5; it has to be a tuple of two"),
    "nothing saved": ("save_checkpoint", raw(None), "save_checkpoint left no file at "),
    "no step": (
        "load_checkpoint",
        lambda *parts: [own.load_checkpoint(*parts), None][1],
        "load_checkpoint returned None; it has to be the step that was saved",
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_piece_is_named(case: str, run_on: Callable[..., Outcome]) -> None:
    name, piece, message = BAD[case]
    pieces = {**own.OF_PRETRAINING, name: piece}
    if name in SHARED:
        del pieces["pretraining_loss"]
    with pytest.raises(ValueError, match=message):
        run_on(pieces)


@pytest.mark.parametrize(
    ("name", "piece", "message"),
    [
        ("causal_mask", lambda length: torch.ones(length, length).tril(), "causal_mask returned a float32 tensor"),
        ("next_token_labels", lambda ids, real: ids[:, 1:], "next_token_labels returned an int64 tensor of shape"),
    ],
)
def test_a_bad_piece_of_next_token_prediction_is_named(
    name: str, piece: Any, message: str, corpus: Any, model_for: Any
) -> None:
    objective = NextTokenPrediction(**{name: piece})
    with pytest.raises(ValueError, match=message):
        next(pretrain(model_for(), corpus.training, objective, PretrainingSettings(steps=1, warmup_steps=0)))


# How the reader hands documents to a `sample_pairs`


@pytest.mark.parametrize("count", [1, 63, 64, 65, 66, 128, 129, 200])
@pytest.mark.parametrize("at_least", [1, 2])
def test_blocks_hold_every_document_once(count: int, at_least: int) -> None:
    blocks = blocks_of(range(count), at_least)
    assert [number for block in blocks for number in block] == [*range(count)]
    sizes = [len(block) for block in blocks]
    assert max(sizes) <= NEIGHBOURS + at_least - 1
    assert min(sizes) >= min(at_least, count)


def test_swapped_pairs_are_not_sampled(told: Path) -> None:
    from bertkit.data.corpus import open_corpus

    corpus = open_corpus(Run(told).data)
    reader = partial(Reader, corpus.training, corpus.ids, negatives="swapped")
    with pytest.raises(ValueError, match="negatives is 'swapped', but sample_pairs makes random ones"):
        reader(sample_pairs=own.sample_pairs)
    assert reader(pack_pair=own.pack_pair).first_examples(3, 0)


def test_sampled_pairs_are_judged_by_too(told: Path) -> None:
    """A reader with pieces of its own can be judged by its own examples, always the same ones."""
    from bertkit.data.corpus import open_corpus

    corpus = open_corpus(Run(told).data)
    ours, usual = (
        Reader(corpus.validation, corpus.ids, 32, 2, "random", pairs, packs, pads)
        for pairs, packs, pads in (
            (own.sample_pairs, own.pack_pair, own.pad_batch),
            (nsp.sample_pairs, None, None),
        )
    )
    examples = ours.first_examples(20, 0)
    assert examples == usual.first_examples(20, 0)
    assert {example.is_next for example in examples} == {True, False}
    model = BertForPreTraining(BertConfig(corpus.vocab_size, 24, 1, 2, 48, 32))
    objective = MaskedLanguageModelling(corpus.ids.mask, corpus.vocab_size)
    assert score(model, ours.in_memory(examples), objective) == score(model, usual.in_memory(examples), objective)
