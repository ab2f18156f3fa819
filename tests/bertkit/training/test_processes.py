"""Parts of a batch, one after the other or in several processes: the weights are those of the whole batch."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import torch
from torch import Tensor, nn

from bertkit.data.batches import Batch
from bertkit.data.corpus import PreparedCorpus, open_corpus, prepare_stories
from bertkit.data.reading import Negatives, Reader
from bertkit.model.bert import BertForMaskedLM, BertForPreTraining
from bertkit.model.config import BertConfig
from bertkit.model.pretrained import load_pretrained
from bertkit.objectives.mlm import MaskedLanguageModelling
from bertkit.training.pretrain import PretrainingSettings, PretrainingStep, Training, cut, pretrain
from bertkit.training.processes import first_alone, joined_processes, mean_over_processes, place_among_processes

ROOT = Path(__file__).parents[3]
STEPS = 20
SETTINGS = PretrainingSettings(steps=STEPS, batch_size=8, warmup_steps=5, learning_rate=2e-3)
SINGLE_OR_PAIRS = (pytest.param("none", marks=pytest.mark.slow), "random")


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("stories") / "corpus"
    prepare_stories(folder, 40, ["bedtime"], 200)
    return folder


def model_of(
    corpus: PreparedCorpus, negatives: Negatives, dropout: float = 0.0
) -> BertForMaskedLM | BertForPreTraining:
    config = BertConfig(
        corpus.vocab_size, 24, 2, 3, 40, 32, hidden_dropout_prob=dropout, attention_probs_dropout_prob=dropout
    )
    kind = BertForMaskedLM if negatives == "none" else BertForPreTraining
    return kind(config, torch.Generator().manual_seed(0))


class Run:
    """A training on the stories in a folder, from its start."""

    def __init__(self, folder: Path, negatives: Negatives = "random", dropout: float = 0.0, **settings: Any) -> None:
        corpus = open_corpus(folder)
        self.reader = Reader(corpus.training, corpus.ids, 32, negatives=negatives)
        self.objective = MaskedLanguageModelling(corpus.ids.mask, corpus.vocab_size)
        self.settings = replace(SETTINGS, **settings)
        self.model = model_of(corpus, negatives, dropout)
        self.training = Training(self.model, self.settings)

    def steps(self, count: int | None = None) -> list[PretrainingStep]:
        """The next ones, all if None."""
        return list(islice(pretrain(self.model, self.reader, self.objective, self.settings, self.training), count))

    def trained(self) -> "Trained":
        """All steps that are left, and where they led."""
        return Trained(self.steps(), weights(self.model))


class Trained(NamedTuple):
    """What a training came to."""

    steps: list[PretrainingStep]
    weights: Tensor

    @property
    def losses(self) -> list[float]:
        return [step.loss for step in self.steps]


def rare(run: Run) -> Run:
    """`run` with so few labels that many a part of its batches has none."""
    run.objective = replace(run.objective, probability=0.04)
    return run


def weights(model: nn.Module) -> Tensor:
    return torch.cat([parameter.detach().flatten() for parameter in model.parameters()])


@pytest.fixture(scope="module")
def whole(stories: Path) -> Callable[..., Trained]:
    """A training in which nothing is cut, shared or stopped: run once for the same settings."""
    return cache(lambda **settings: Run(stories, **settings).trained())


def assert_same_training(one: Trained, other: Trained) -> None:
    """The same but for rounding."""
    for name in ("number", "learning_rate", "tokens"):
        assert [getattr(step, name) for step in one.steps] == [getattr(step, name) for step in other.steps]
    assert one.losses == pytest.approx(other.losses, abs=1e-5)
    assert float((one.weights - other.weights).abs().max()) < 1e-5


# Parts one after the other


@pytest.mark.parametrize("accumulation", [2, pytest.param(4, marks=pytest.mark.slow)])
@pytest.mark.parametrize("negatives", SINGLE_OR_PAIRS)
def test_parts_of_a_batch_learn_what_the_whole_learns(
    negatives: Negatives, accumulation: int, stories: Path, whole: Callable[..., Trained]
) -> None:
    undivided, parts = whole(negatives=negatives), Run(stories, negatives, accumulation=accumulation).trained()
    assert_same_training(undivided, parts)
    assert not torch.equal(undivided.weights, parts.weights)  # it did take another way


@pytest.mark.parametrize("accumulation", [3, 16])
def test_a_batch_that_cannot_be_shared_out_is_named(accumulation: int, stories: Path) -> None:
    with pytest.raises(ValueError, match=rf"8 examples cannot be cut into {accumulation} equal parts; choose a batch"):
        Run(stories, accumulation=accumulation).steps(1)


def test_parts_hold_every_row_once(stories: Path) -> None:
    batch: Batch = next(Run(stories).reader.batches(8, 0))
    labels = torch.where(batch.special_tokens_mask, -100, batch.input_ids)
    labels[0::2] = -100  # one part has no label at all
    question = {name: getattr(batch, name) for name in ("input_ids", "attention_mask", "token_type_ids", "is_next")}
    parts = cut({**question, "labels": labels}, batch.attention_mask, 2)
    assert [part["label_weight"] for part in parts] == [0.0, 2.0]
    for start, part in enumerate(parts):
        mask = batch.attention_mask[start::2]
        assert part["input_ids"].shape[1] == int(mask.sum(dim=1).max())
        for name, whole in (("input_ids", batch.input_ids), ("token_type_ids", batch.token_type_ids)):
            assert torch.equal(part[name][part["attention_mask"]], whole[start::2][mask])
        assert torch.equal(part["is_next"], batch.is_next[start::2])


@pytest.mark.slow
def test_parts_without_a_label_are_learned_from_nothing(stories: Path) -> None:
    """Batches of two with few labels: in many of them a part has none."""
    one, two = (rare(Run(stories, "none", batch_size=2, accumulation=count)).trained() for count in (1, 2))
    assert_same_training(one, two)


# Precision


@pytest.mark.parametrize("negatives", SINGLE_OR_PAIRS)
def test_bfloat16_differs_a_little(negatives: Negatives, stories: Path, whole: Callable[..., Trained]) -> None:
    run = Run(stories, negatives, precision="bfloat16")
    full, half = whole(negatives=negatives), run.trained()
    assert {parameter.dtype for parameter in run.model.parameters()} == {torch.float32}
    assert full.losses != half.losses
    assert half.losses == pytest.approx(full.losses, abs=0.1)
    distance = (full.weights - half.weights).norm() / full.weights.norm()
    assert 0 < float(distance) < 0.05


# Saved half-way


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"negatives": "none"},
        {"dropout": 0.2},
        {"accumulation": 2, "dropout": 0.2},
        {"precision": "bfloat16"},
    ],
    ids=["pairs", "single texts", "dropout", "parts and dropout", "bfloat16"],
)
@pytest.mark.parametrize("saved_at", [4, *(pytest.param(step, marks=pytest.mark.slow) for step in (1, 8))])
def test_a_training_that_is_saved_goes_on_bit_for_bit(
    saved_at: int, settings: dict[str, Any], stories: Path, tmp_path: Path, whole: Callable[..., Trained]
) -> None:
    undisturbed = whole(**settings, steps=8)
    first = Run(stories, **settings, steps=8)
    assert first.steps(saved_at) == undisturbed.steps[:saved_at]
    first.training.save(tmp_path / "state")
    torch.manual_seed(5)  # must not matter
    then = Run(stories, **settings, steps=8)
    then.steps(2)  # neither must what it was
    then.training.load(tmp_path / "state")
    assert then.training.step == saved_at
    assert then.steps() == undisturbed.steps[saved_at:]
    assert torch.equal(weights(then.model), undisturbed.weights)


# Processes


def test_alone_there_is_one_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with joined_processes():
        assert place_among_processes() == (0, 1)
        assert mean_over_processes(3.5) == 3.5
        with first_alone() as is_first:
            assert is_first


def test_alone_an_error_stays_itself() -> None:
    with pytest.raises(KeyError), first_alone():
        raise KeyError


TWO_PROCESSES = """
import json, os, runpy, sys, time
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import torch
torch.set_num_threads(1)
from torch.distributed.elastic.utils.distributed import get_free_port
from bertkit.training.processes import first_alone, joined_processes, mean_over_processes, place_among_processes
from test_processes import Run, rare, weights

(stories, out), command = map(Path, sys.argv[2:4]), sys.argv[4:]
with joined_processes():
    rank, count = place_among_processes()
    said = {"place": [rank, count], "mean": mean_over_processes(10.0 * rank + 1)}
    with first_alone() as is_first:
        if is_first:
            time.sleep(0.2)
            (out / "first").touch()
    said |= {"is_first": is_first, "waited": (out / "first").exists()}
    try:
        with first_alone() as is_first:
            if is_first:
                raise KeyError("mine")
    except (KeyError, ValueError) as error:
        said["error"] = repr(error)
    for name, settings in {
        "none": {"negatives": "none"},
        "random": {"negatives": "random"},
        "parts": {"negatives": "random", "accumulation": 2},
        "rare": {"negatives": "none", "batch_size": 2},
        "dropout": {"negatives": "random", "dropout": 0.3, "steps": 10},
    }.items():
        run = Run(stories, **settings)
        if name == "rare":
            rare(run)
        seeds = said[f"seeds of {name}"] = []
        run.model.register_forward_pre_hook(lambda *_, seeds=seeds: seeds.append(torch.initial_seed()))
        steps = [vars(step) for step in run.steps()]
        torch.save(weights(run.model), out / f"{name}.{rank}")
        said[name] = steps
    try:
        Run(stories, batch_size=3).steps(1)
    except ValueError as error:
        said["odd"] = str(error)
    (out / f"said.{rank}").write_text(json.dumps(said))
    elsewhere = [get_free_port()]
    torch.distributed.broadcast_object_list(elsewhere)

# A second group in the same processes. It meets elsewhere: torchrun's own store still holds the first one's addresses.
os.environ |= {"TORCHELASTIC_USE_AGENT_STORE": "False", "MASTER_PORT": str(elsewhere[0])}
sys.argv = ["bertkit", "pretrain", *command, "--output", str(out / "command")]
runpy.run_module("bertkit", run_name="__main__", alter_sys=True)
"""


COMMAND = ["--topics", "bedtime", "--stories", "20", "--steps", "10", "--batch-size", "4", "--vocab-size", "200"]
COMMAND += ["--evaluate-every", "4", "--save-every", "4", "--threads", "1", "--json"]


def torchrun(*arguments: str) -> None:
    """Two processes on this machine, each with one thread."""
    command = [sys.executable, "-m", "torch.distributed.run", "--nproc-per-node", "2", "--standalone", *arguments]
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]


@pytest.fixture(scope="module")
def two(stories: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What two processes left behind."""
    out = tmp_path_factory.mktemp("two")
    (out / "script.py").write_text(TWO_PROCESSES)
    torchrun(str(out / "script.py"), str(Path(__file__).parent), str(stories), str(out), *COMMAND)
    return out


def said(two: Path) -> list[dict[str, Any]]:
    return [json.loads((two / f"said.{rank}").read_text()) for rank in (0, 1)]


@pytest.mark.slow
def test_processes_know_their_place_and_their_mean(two: Path) -> None:
    assert [each["place"] for each in said(two)] == [[0, 2], [1, 2]]
    assert [each["mean"] for each in said(two)] == [6.0, 6.0]


@pytest.mark.slow
def test_the_others_wait_for_the_first(two: Path) -> None:
    assert [each["is_first"] for each in said(two)] == [True, False]
    assert all(each["waited"] for each in said(two))
    assert said(two)[0]["error"] == "KeyError('mine')"
    assert "the first process failed; its message says why" in said(two)[1]["error"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["none", "random", "parts", "rare"])
def test_two_processes_learn_what_one_learns(
    name: str, two: Path, stories: Path, whole: Callable[..., Trained]
) -> None:
    if name == "rare":
        alone = rare(Run(stories, "none", batch_size=2)).trained()
    else:
        alone = whole(negatives="none" if name == "none" else "random")
    steps = [PretrainingStep(**step) for step in said(two)[0][name]]
    assert_same_training(alone, Trained(steps, torch.load(two / f"{name}.0")))


@pytest.mark.slow
@pytest.mark.parametrize("name", ["none", "random", "parts", "rare", "dropout"])
def test_all_processes_have_the_same_weights_and_figures(name: str, two: Path) -> None:
    assert torch.equal(torch.load(two / f"{name}.0"), torch.load(two / f"{name}.1"))
    assert said(two)[0][name] == said(two)[1][name]


@pytest.mark.slow
def test_every_step_of_every_process_has_a_dropout_of_its_own(two: Path) -> None:
    seeds = [seed for each in said(two) for seed in each["seeds of dropout"]]
    assert len(seeds) == len(set(seeds)) == 2 * 10


@pytest.mark.slow
def test_a_batch_that_two_cannot_share_is_named(two: Path) -> None:
    assert all("3 examples cannot be cut into 2 equal parts" in each["odd"] for each in said(two))


@pytest.mark.slow
def test_the_command_in_two_processes(
    two: Path, tmp_path: Path, weights_of: Callable[[nn.Module], Tensor], run_bertkit: Callable[..., int]
) -> None:
    folders = (tmp_path / "one", two / "command")
    assert run_bertkit("pretrain", *COMMAND, "--output", str(folders[0])) == 0
    alone, together = (weights_of(load_pretrained(folder, BertForMaskedLM)[0]) for folder in folders)
    assert float((alone - together).abs().max()) < 1e-5
    lines, others = ((folder / "training" / "metrics.jsonl").read_text().splitlines() for folder in folders)
    assert len(lines) == len(others) == 12
    for line, there in zip(map(json.loads, lines), map(json.loads, others), strict=True):
        assert there == pytest.approx(line, abs=1e-4)
