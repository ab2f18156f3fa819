"""The checkpoint that comes with the course: what its card promises."""

import json
import re
from pathlib import Path

import pytest
import torch

from bertkit.evaluation.floors import score_on_stories
from bertkit.evaluation.pretraining import Scores
from bertkit.inference.fill_mask import fill_mask
from bertkit.model.bert import BertForMaskedLM, BertForPreTraining
from bertkit.model.folder import SUMS_FILE, check_sums, sha256
from bertkit.model.pretrained import load_pretrained, shipped

CARD = (shipped() / "README.md").read_text(encoding="utf-8")
LOG = [json.loads(line) for line in (shipped() / "training_log.jsonl").read_text(encoding="utf-8").splitlines()]
MIB_10 = 10 * 1000**2


@pytest.fixture(scope="module")
def scored() -> tuple[Scores, Scores]:
    """Its scores on stories that it has not read, and what nobody can beat there."""
    scores, floor = score_on_stories(*load_pretrained(shipped(), BertForPreTraining), stories=150, seed=8_000_009)
    assert floor is not None
    return scores, floor


def test_it_is_small_and_whole() -> None:
    assert sum(file.stat().st_size for file in shipped().rglob("*") if file.is_file()) <= MIB_10
    check_sums(shipped())
    assert f"{sha256(shipped() / 'model.safetensors')}  model.safetensors\n" in (shipped() / SUMS_FILE).read_text()


@pytest.mark.slow
def test_it_is_near_the_exact_limit(scored: tuple[Scores, Scores]) -> None:
    scores, floor = scored
    assert scores.mlm_accuracy >= 0.93 * floor.mlm_accuracy
    assert scores.mlm_loss <= floor.mlm_loss + 0.25
    assert scores.nsp_accuracy is not None
    assert floor.nsp_accuracy is not None
    assert scores.nsp_accuracy >= 0.95 * floor.nsp_accuracy


@pytest.mark.slow
def test_nobody_beats_the_floor(scored: tuple[Scores, Scores]) -> None:
    scores, floor = scored
    assert 0 < floor.mlm_loss < scores.mlm_loss
    assert floor.mlm_accuracy > scores.mlm_accuracy


def test_it_knows_the_course_s_sentence() -> None:
    model, tokenizer = load_pretrained(shipped(), BertForMaskedLM)
    (guesses,) = fill_mask(model, tokenizer, "this teddy [MASK] is so cute .")
    assert guesses[0].token == "bear"
    assert guesses[0].probability > 0.9


def test_transformers_opens_it() -> None:
    import transformers

    theirs = transformers.AutoModelForPreTraining.from_pretrained(shipped())
    tokenizer = transformers.AutoTokenizer.from_pretrained(shipped())
    inputs = tokenizer("this teddy [MASK] is so cute .", "it was mine .", return_tensors="pt")
    ours, _ = load_pretrained(shipped(), BertForPreTraining)
    with torch.no_grad():
        mlm, nsp = ours(**inputs)
        expected = theirs(**inputs)
    torch.testing.assert_close(mlm, expected.prediction_logits, atol=1e-5, rtol=0)
    torch.testing.assert_close(nsp, expected.seq_relationship_logits, atol=1e-5, rtol=0)


def test_the_log_is_of_this_training() -> None:
    steps = [line for line in LOG if "loss" in line]
    evaluations = [line for line in LOG if "evaluation_mlm_loss" in line]
    assert [line["step"] for line in steps] == list(range(100, 40_001, 100))
    assert len(evaluations) == 19
    assert evaluations[-1]["evaluation_mlm_loss"] < evaluations[0]["evaluation_mlm_loss"] / 2
    assert steps[-1]["learning_rate"] < steps[20]["learning_rate"] / 100


def test_the_card_names_the_command_of_the_makefile() -> None:
    makefile = (Path(__file__).parents[3] / "Makefile").read_text(encoding="utf-8")
    recipe = makefile.partition("checkpoint: $(STAMP)")[2].partition("--output")[0]
    options = re.findall(r"--[a-z-]+ \S+", recipe)
    assert len(options) == 11
    for option in options:
        assert option in CARD


@pytest.mark.slow
def test_the_card_s_figures_are_measured(scored: tuple[Scores, Scores]) -> None:
    """The card quotes more stories than are scored here, hence the width."""
    row = re.search(r"\| hidden words \| ([\d.]+) \| ([\d.]+) \| ([\d.]+) % \| ([\d.]+) % \|", CARD)
    assert row
    loss, floor_loss, accuracy, limit = map(float, row.groups())
    scores, floor = scored
    assert abs(loss - scores.mlm_loss) < 0.06
    assert abs(floor_loss - floor.mlm_loss) < 0.03
    assert abs(accuracy / 100 - scores.mlm_accuracy) < 0.02
    assert abs(limit / 100 - floor.mlm_accuracy) < 0.01
