"""The fine-tuning loop: what a seed repeats, what stays frozen, which part learns how fast, and that it learns."""

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file
from torch import nn

import bertkit.finetuning.frozen
from bertkit.finetuning.finetune import finetune
from bertkit.finetuning.frozen import INPUTS, above_encoder, encoder_vectors
from bertkit.finetuning.labelled import MODEL_FOR_FAMILY, LabelledRows, labelled_rows
from bertkit.finetuning.loop import (
    END_TO_END,
    FROZEN,
    FinetuningSettings,
    FinetuningStep,
    epoch_losses,
    finetune_task,
    layerwise_groups,
)
from bertkit.finetuning.pieces import FinetuningPieces
from bertkit.finetuning.scoring import score_task
from bertkit.model.bert import BertForPreTraining
from bertkit.model.freeze import FrozenEncoder
from bertkit.model.pretrained import load_encoder
from bertkit.training.optimization import train_step

FAMILIES = pytest.mark.parametrize("family", MODEL_FOR_FAMILY)
EITHER_WAY = pytest.mark.parametrize("frozen", [False, True], ids=["end to end", "frozen"])
BRIEF = FinetuningSettings(epochs=2, learning_rate=1e-2)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("epochs", 0),
        ("batch_size", 0),
        ("max_steps", 0),
        ("learning_rate", 0.0),
        ("learning_rate", float("nan")),
        ("max_grad_norm", float("inf")),
        ("weight_decay", -0.1),
        ("warmup_share", 1.5),
        ("layer_decay", 0.0),
        ("layer_decay", 1.5),
    ],
)
def test_settings_are_checked(name: str, value: float) -> None:
    with pytest.raises(ValueError, match=f"{name} is {value}"):
        replace(END_TO_END, **{name: value})


def test_a_frozen_encoder_has_no_rates() -> None:
    with pytest.raises(ValueError, match=r"layer_decay is 0.5, but layers of a frozen encoder"):
        replace(FROZEN, layer_decay=0.5)


@pytest.fixture(scope="module")
def rows_of(small_task: Any, task_tokenizer: Any) -> Callable[..., LabelledRows]:
    """The training set of an easy task."""

    def make(family: Any, examples: int = 48) -> LabelledRows:
        task = small_task(family)
        return labelled_rows(task_tokenizer, task.train[:examples], task.labels, 32)

    return make


@pytest.fixture
def trained(small_task: Any, task_model: Any, rows_of: Any) -> Callable[..., tuple[Any, list[FinetuningStep]]]:
    """A model of its own, fine-tuned."""

    def train(family: Any = "sentence", step: Any = train_step, **changed: Any) -> tuple[Any, list[FinetuningStep]]:
        model = task_model(small_task(family), hidden_dropout_prob=0.2)
        return model, list(
            finetune_task(model, rows_of(family), replace(BRIEF, **changed), FinetuningPieces(train_step=step))
        )

    return train


@EITHER_WAY
@pytest.mark.parametrize("family", ["sentence", "span"])
def test_a_seed_repeats_every_bit(trained: Any, weights_of: Any, family: Any, frozen: bool) -> None:
    runs = []
    for seed in (3, 3, 4):
        torch.manual_seed(random.randrange(1000))  # must not matter
        before = torch.random.get_rng_state()
        model, steps = trained(family, seed=seed, frozen=frozen)
        assert torch.equal(torch.random.get_rng_state(), before)
        runs.append((weights_of(model), steps))
    assert torch.equal(runs[0][0], runs[1][0])
    assert runs[0][1] == runs[1][1]
    assert not torch.equal(runs[0][0], runs[2][0])


def test_dropout_is_seeded_by_the_step(small_task: Any, task_model: Any, rows_of: Any) -> None:
    # Equal rows, and a model that hardly moves: only dropout makes the losses differ.
    row = rows_of("sentence").rows[0]
    for share, losses_differ in ((0.5, True), (0.0, False)):
        model = task_model(small_task("sentence"), hidden_dropout_prob=share)
        settings = replace(BRIEF, batch_size=8, learning_rate=1e-12)
        first, second = finetune_task(model, LabelledRows([row] * 8, 0), settings)
        assert (abs(first.loss - second.loss) > 1e-3) == losses_differ


@EITHER_WAY
def test_steps_say_what_happened(trained: Any, rows_of: Any, frozen: bool) -> None:
    _, steps = trained(epochs=3, batch_size=20, learning_rate=0.9, warmup_share=1 / 3, frozen=frozen)
    assert [(step.number, step.epoch) for step in steps] == [(number, 1 + (number - 1) // 3) for number in range(1, 10)]
    assert replace(BRIEF, epochs=3, batch_size=20).steps(48) == 9
    assert [step.learning_rate for step in steps] == pytest.approx([0, 0.3, 0.6, 0.9, 0.75, 0.6, 0.45, 0.3, 0.15])
    whole = sum(len(row.input_ids) for row in rows_of("sentence").rows)
    assert [sum(step.tokens for step in steps[start : start + 3]) for start in (0, 3, 6)] == [whole] * 3
    assert steps[0].tokens != steps[3].tokens or steps[1].tokens != steps[4].tokens  # another order


@pytest.mark.parametrize(("most", "epochs"), [(2, [1, 1]), (5, [1, 1, 1, 2, 2])])
def test_a_run_of_so_many_steps(trained: Any, most: int, epochs: list[int]) -> None:
    _, steps = trained(epochs=9, batch_size=20, max_steps=most, learning_rate=1.0, warmup_share=0.0)
    assert [step.epoch for step in steps] == epochs
    assert replace(BRIEF, max_steps=most).steps(48) == most
    # The schedule ends where the run does.
    assert [step.learning_rate for step in steps] == pytest.approx([1 - done / most for done in range(most)])


def test_the_steps_of_a_run_are_those_of_one_told_in_epochs(trained: Any, weights_of: Any) -> None:
    by_epochs, by_steps = trained(epochs=3, batch_size=20), trained(epochs=1, batch_size=20, max_steps=9)
    assert by_epochs[1] == by_steps[1]
    assert torch.equal(weights_of(by_epochs[0]), weights_of(by_steps[0]))


def test_a_loop_of_one_s_own_takes_as_many_steps(small_task: Any, task_model: Any, rows_of: Any) -> None:
    seen: list[tuple[int, int]] = []

    def own(model: Any, batches: Any, optimizer: Any, epochs: int) -> list[float]:
        seen.append((len(batches), epochs))
        return finetune(model, batches, optimizer, epochs)

    for settings, losses in ((replace(BRIEF, max_steps=7), 1), (replace(BRIEF, max_steps=2), 1), (BRIEF, 2)):
        model, pieces = task_model(small_task("sentence")), FinetuningPieces(finetune=own)
        assert len(epoch_losses(model, rows_of("sentence"), settings, pieces)) == losses
    assert seen == [(7, 1), (2, 1), (3, 2)]


def test_nothing_moves_before_it_is_asked_for(small_task: Any, task_model: Any, rows_of: Any, weights_of: Any) -> None:
    model = task_model(small_task("sentence"))
    before = weights_of(model)
    steps = finetune_task(model, rows_of("sentence"), replace(BRIEF, warmup_share=0.0))
    assert torch.equal(weights_of(model), before)
    next(steps)
    assert not torch.equal(weights_of(model), before)


@FAMILIES
def test_frozen_is_frozen(family: Any, small_task: Any, task_model: Any, rows_of: Any, weights_of: Any) -> None:
    model = task_model(small_task(family), hidden_dropout_prob=0.3).train()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    calls: list[int] = []
    model.bert.register_forward_hook(lambda module, given, output: calls.append(len(output)))
    rows = rows_of(family)
    steps = list(finetune_task(model, rows, replace(BRIEF, frozen=True, epochs=3)))
    assert sum(calls) == len(rows.rows)  # every example is read once, whatever the number of epochs
    assert all(part.training for part in model.bert.modules())
    assert all(parameter.requires_grad for parameter in model.parameters())
    changed = {name for name, value in model.state_dict().items() if not torch.equal(value, before[name])}
    assert changed == {name for name in before if not name.startswith("bert.")}
    assert type(model.bert).__name__ == "BertEncoder"  # so that it can be saved
    assert len(steps) == 9


@pytest.fixture
def pretrained(small_task: Any, task_model: Any, task_tokenizer: Any, tmp_path: Path) -> dict[str, Path]:
    """Checkpoints with both heads of pre-training and random weights, each written by its own library."""
    import transformers

    ours = BertForPreTraining(task_model(small_task("sentence")).config, torch.Generator().manual_seed(5))
    ours.save_pretrained(tmp_path / "ours", task_tokenizer)
    torch.manual_seed(6)
    theirs = transformers.BertForPreTraining(transformers.BertConfig(**ours.config.to_dict()))
    theirs.save_pretrained(tmp_path / "theirs")
    task_tokenizer.save(str(tmp_path / "theirs" / "tokenizer.json"))
    return {name: tmp_path / name for name in ("ours", "theirs")}


HEADS = {"sentence": "sequence", "pair": "sequence", "token": "token", "span": "span"}
SOURCES = pytest.mark.parametrize("source", ["ours", pytest.param("theirs", marks=pytest.mark.slow)])
WHOSE_HEAD = pytest.mark.parametrize(
    "own", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["library's head", "own head"]
)


@FAMILIES
@SOURCES
@WHOSE_HEAD
def test_in_frozen_training_no_pretrained_weight_moves(
    family: Any,
    source: str,
    own: bool,
    pretrained: dict[str, Path],
    own_heads: dict[str, Any],
    small_task: Any,
    rows_of: Any,
    tmp_path: Path,
) -> None:
    """From a checkpoint of either library to one that says in transformers what it says here."""
    import transformers

    task, kind = small_task(family), MODEL_FOR_FAMILY[family]
    head = own_heads[HEADS[family]] if own else None
    model, tokenizer, fresh = load_encoder(pretrained[source], kind, task.labels, head=head)
    before = load_file(pretrained[source] / "model.safetensors")
    started = {name: value.clone() for name, value in model.state_dict().items()}
    list(finetune_task(model, rows_of(family), replace(BRIEF, frozen=True)))
    moved = {name for name, value in model.state_dict().items() if not torch.equal(value, started[name])}
    assert moved == set(fresh)
    assert {name.split(".")[0] for name in moved} == ({"pooler", "head"} if HEADS[family] == "sequence" else {"head"})
    assert (type(model.head) is head) == own

    model.save_pretrained(tmp_path / "tuned", tokenizer)
    after = load_file(tmp_path / "tuned" / "model.safetensors")
    of_encoder = {name for name in before if name.startswith(("bert.embeddings.", "bert.encoder."))}
    assert len(of_encoder) == len(model.bert.state_dict())
    for name in of_encoder:
        assert torch.equal(after[name], before[name]), name
    for name in before.keys() & after.keys() - of_encoder:  # the pooler: another one, not the old one moved on
        assert not torch.isclose(after[name], before[name], atol=1e-3).all(), name

    there, info = getattr(transformers, kind.__name__).from_pretrained(tmp_path / "tuned", output_loading_info=True)
    assert not any(info.values()), info
    batch = rows_of(family).batch([0, 1, 2])
    inputs = {name: batch[name] for name in INPUTS}
    real = inputs["attention_mask"] if family in ("token", "span") else slice(None)
    with torch.no_grad():
        said, expected = model.eval()(**inputs), there(**inputs).values()
    for mine, theirs in zip(said if family == "span" else [said], expected, strict=True):
        torch.testing.assert_close(mine[real], theirs[real], atol=1e-5, rtol=0)


class OwnFrozen(nn.Module):
    """As a learner may write `FrozenEncoder`."""

    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.inner = encoder
        for parameter in encoder.parameters():
            parameter.requires_grad = False

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        self.inner.eval()
        with torch.no_grad():
            return self.inner(*args, **kwargs)


@FAMILIES
@WHOSE_HEAD
def test_the_loop_of_a_few_lines_trains_every_model(
    family: Any,
    own: bool,
    pretrained: dict[str, Path],
    own_heads: dict[str, Any],
    small_task: Any,
    rows_of: Any,
    tmp_path: Path,
) -> None:
    task, rows = small_task(family), rows_of(family)
    head = own_heads[HEADS[family]] if own else None
    model, tokenizer, fresh = load_encoder(pretrained["ours"], MODEL_FOR_FAMILY[family], task.labels, head=head)
    model.bert = (OwnFrozen if own else FrozenEncoder)(model.bert)
    before = load_file(pretrained["ours"] / "model.safetensors")
    learning = [parameter for parameter in model.parameters() if parameter.requires_grad]
    assert len(learning) == len(fresh)
    losses = finetune(model, list(rows.in_order(16)), torch.optim.AdamW(learning, lr=1e-2), epochs=6)
    assert losses[-1] < losses[0]
    model.save_pretrained(tmp_path / "tuned", tokenizer)
    again = MODEL_FOR_FAMILY[family].from_pretrained(tmp_path / "tuned")
    for name, value in load_file(tmp_path / "tuned" / "model.safetensors").items():
        assert not name.startswith(("bert.embeddings.", "bert.encoder.")) or torch.equal(value, before[name]), name
    assert score_task(again, tokenizer, task.test) == score_task(model, tokenizer, task.test)


@EITHER_WAY
def test_a_step_of_one_s_own(trained: Any, weights_of: Any, frozen: bool) -> None:
    taken: list[list[int]] = []

    def own_step(model: Any, micro_batches: Any, optimizer: Any, scheduler: Any, max_grad_norm: float) -> float:
        taken.append([len(batch["input_ids"]) for batch in micro_batches])
        return train_step(model, micro_batches, optimizer, scheduler, max_grad_norm)

    usual, expected = trained(frozen=frozen)
    own, found = trained(frozen=frozen, step=own_step)
    assert taken == [[16]] * 6
    assert found == expected
    assert torch.equal(weights_of(own), weights_of(usual))


@pytest.mark.parametrize("family", ["sentence", "pair", "token"])
def test_cached_vectors_train_the_head_as_the_encoder_would(
    family: Any, small_task: Any, task_model: Any, rows_of: Any
) -> None:
    task, rows = small_task(family), rows_of(family, 16)
    cached, running = task_model(task), task_model(task)
    settings = FinetuningSettings(epochs=8, batch_size=16, learning_rate=0.01, warmup_share=0, frozen=True)
    list(finetune_task(cached, rows, settings))
    running.bert = FrozenEncoder(running.bert)
    list(finetune_task(running, rows, replace(settings, frozen=False)))
    for name, value in cached.state_dict().items():
        if not name.startswith("bert."):
            torch.testing.assert_close(value, running.state_dict()[name], atol=1e-4, rtol=1e-3)


@FAMILIES
def test_the_head_on_known_vectors_says_what_the_model_says(
    family: Any, small_task: Any, task_model: Any, rows_of: Any
) -> None:
    rows = rows_of(family, 10)
    model = task_model(small_task(family)).eval()
    vectors = encoder_vectors(model, rows, batch_size=4)
    for index, vector in enumerate(vectors):
        batch = rows.batch([index])
        torch.testing.assert_close(
            above_encoder(model)(**{**batch, "input_ids": vector[None]}), model(**batch), atol=1e-5, rtol=1e-4
        )


def test_vectors_that_do_not_fit_into_memory(trained: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bertkit.finetuning.frozen, "MOST_CACHED_BYTES", 48 * 32 * 4)
    trained("sentence", frozen=True)  # one vector an example just fits
    with pytest.raises(ValueError, match=r"vectors of 48 examples take .* train end to end"):
        trained("token", frozen=True)


@FAMILIES
def test_each_part_has_its_rate_and_decay(family: Any, small_task: Any, task_model: Any) -> None:
    model = task_model(small_task(family))
    settings = FinetuningSettings(learning_rate=1.0, layer_decay=0.5, weight_decay=0.1)
    found = {
        id(parameter): (group["lr"], group["weight_decay"])
        for group in layerwise_groups(model, settings)
        for parameter in group["params"]
    }
    rates = {"bert.embeddings.": 0.125, "bert.layers.0.": 0.25, "bert.layers.1.": 0.5, "": 1.0}
    for name, parameter in model.named_parameters():
        rate = next(rate for start, rate in rates.items() if name.startswith(start))
        assert found.pop(id(parameter)) == (rate, 0.0 if parameter.dim() == 1 else 0.1), name
    assert not found


def test_no_layers_to_tell_apart(small_task: Any, task_model: Any) -> None:
    model = task_model(small_task("sentence"))
    model.bert = FrozenEncoder(model.bert)
    with pytest.raises(ValueError, match=r"layer_decay is 0.5, but a FrozenEncoder"):
        layerwise_groups(model, replace(BRIEF, layer_decay=0.5))


def test_lower_layers_move_less(trained: Any, small_task: Any, task_model: Any) -> None:
    before = task_model(small_task("sentence"), hidden_dropout_prob=0.2)
    after, _ = trained("sentence", layer_decay=0.1, weight_decay=0.0)
    moved = [
        float((after.state_dict()[name] - before.state_dict()[name]).abs().max())
        for name in ("bert.layers.0.output.weight", "bert.layers.1.output.weight", "pooler.dense.weight")
    ]
    assert moved[0] == pytest.approx(moved[1] / 10, rel=0.3)
    assert moved[1] == pytest.approx(moved[2] / 10, rel=0.3)


def test_gradients_are_clipped(trained: Any, small_task: Any, task_model: Any, weights_of: Any) -> None:
    before = weights_of(task_model(small_task("sentence"), hidden_dropout_prob=0.2))
    usual, clipped = (
        float((weights_of(trained(max_grad_norm=norm, weight_decay=0.0)[0]) - before).abs().max())
        for norm in (1.0, 1e-12)
    )
    assert clipped < usual / 100  # far below Adam's epsilon, gradients move nothing


@EITHER_WAY
def test_divergence_is_reported(trained: Any, frozen: bool) -> None:
    with pytest.raises(ValueError, match=r"training diverged at step \d+: .* lower learning_rate \(now 1e\+30\)"):
        trained(learning_rate=1e30, frozen=frozen, epochs=5)


@pytest.mark.slow
@FAMILIES
def test_it_learns(
    family: Any, small_task: Any, task_model: Any, task_tokenizer: Any, rows_of: Any, weights_of: Any
) -> None:
    """End to end from random weights, and then a fresh head on the encoder that came of it, frozen."""
    task, rows = small_task(family), rows_of(family)
    model = task_model(task)
    assert max(score_task(model, task_tokenizer, task.test).values()) < 0.75
    steps = list(finetune_task(model, rows, replace(END_TO_END, epochs=12, learning_rate=3e-3)))
    assert steps[-1].loss < 0.3 < steps[0].loss
    assert min(score_task(model, task_tokenizer, task.test).values()) >= 0.95

    other = task_model(task, seed=1)
    other.bert.load_state_dict(model.bert.state_dict())
    assert min(score_task(other, task_tokenizer, task.test).values()) < 0.75
    list(finetune_task(other, rows, FROZEN))
    assert min(score_task(other, task_tokenizer, task.test).values()) >= 0.95
    assert torch.equal(weights_of(other.bert), weights_of(model.bert))
