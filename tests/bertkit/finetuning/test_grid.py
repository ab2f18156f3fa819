"""Every head on every task: what the table says of a cell is what shapes allow, and what can be run learns."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
import torch

from bertkit.finetuning.grid import (
    ANSWER_SHAPES,
    HEADS,
    Cell,
    cell_of,
    own_measure,
    run_cell,
    set_up_cell,
    story_task,
)
from bertkit.finetuning.pieces import FinetuningPieces
from bertkit.model.heads import HEAD_FOR_TASK
from bertkit.model.pretrained import shipped

ALL = [(task, head) for task in HEAD_FOR_TASK for head in HEADS]
OF_CELLS = pytest.mark.parametrize(("task", "head"), ALL)
FAMILIES = {
    "one of two labels": {"sentence", "pair"},
    "one of several labels": {"sentence", "pair"},
    "a label for every word": {"token"},
    "a place in the passage": {"span"},
}


def readings() -> list[tuple[str, Any, str | None]]:
    return [
        (task, head, None if reading is None else reading.name)
        for task, head in ALL
        for reading in cell_of(task, head).readings
    ]


@pytest.mark.parametrize("task", HEAD_FOR_TASK)
def test_a_task_s_answer_has_the_shape_that_is_said(task: str) -> None:
    told, shape = story_task(task, 3, 2, seed=0), ANSWER_SHAPES[task]
    assert told.family in FAMILIES[shape]
    assert (len(told.labels) == 2) == (shape == "one of two labels")


@OF_CELLS
def test_the_head_that_fits_is_the_one_for_the_task(task: str, head: Any) -> None:
    assert (cell_of(task, head).outcome == "fits") == (HEAD_FOR_TASK[task] == head)


def test_of_24_cells_a_third_fits_a_third_stands_in_and_a_third_cannot() -> None:
    assert Counter(cell_of(task, head).outcome for task, head in ALL) == {"fits": 8, "stands in": 8, "cannot": 8}


@OF_CELLS
def test_a_cell_that_cannot_says_why_instead_of_running(task: str, head: Any) -> None:
    cell = cell_of(task, head)
    assert cell.why.endswith(".")
    assert (cell.outcome == "cannot") == (not cell.readings)
    assert (cell.outcome == "fits") == (None in cell.readings)
    if not cell.readings:
        with pytest.raises(ValueError, match=f"a {head} head cannot answer {task}: ") as refused:
            run_cell(shipped(), task, head, steps=1, examples=2, test=2)
        assert cell.why in str(refused.value)


@pytest.mark.parametrize(("task", "head", "reading"), readings())
def test_every_other_cell_learns_and_is_scored(task: str, head: Any, reading: str | None) -> None:
    found = run_cell(shipped(), task, head, reading, steps=2, examples=6, test=4)
    assert (found.task, found.head, found.reading, found.steps) == (task, head, reading or "", 2)
    assert found.score == found.scores[found.measure]
    assert 0 <= found.score <= 1
    assert found.seconds > 0
    assert (found.overlap is None) == (task not in ("entailment", "paraphrase detection", "question answering"))


def test_the_first_reading_is_taken_where_none_is_named() -> None:
    assert run_cell(shipped(), "sentiment", "token", steps=1, examples=2, test=2).reading == "mean of all tokens"
    with pytest.raises(ValueError, match=r"no reading 'median' .* 'mean of all tokens', 'vote of all tokens'"):
        run_cell(shipped(), "sentiment", "token", "median", steps=1, examples=2, test=2)
    with pytest.raises(ValueError, match="no reading 'vote' of this head here; there are none"):
        Cell("fits", "It does.", (None,)).reading("vote")


def test_unknown_names_are_named() -> None:
    with pytest.raises(ValueError, match="no task 'topic'; there are sentiment"):
        cell_of("topic", "cls")
    with pytest.raises(ValueError, match="no task 'topic'"):
        story_task("topic", 2, 2, 0)
    with pytest.raises(ValueError, match="no head 'mlm'"):
        cell_of("sentiment", "mlm")  # type: ignore[arg-type]


def test_a_task_s_own_measure() -> None:
    assert own_measure({"token_accuracy": 0.5}) == "token_accuracy"
    assert own_measure({"answer_f1": 0.5, "exact_match": 0.25}) == "exact_match"


def test_from_scratch_no_weight_is_the_checkpoint_s() -> None:
    told = story_task("sentiment", 4, 2, seed=0)
    pretrained, scratch, again = (
        set_up_cell(shipped(), "sentiment", "cls", told, from_scratch=way) for way in (False, True, True)
    )
    assert scratch.model.config == pretrained.model.config
    assert set(scratch.fresh) == set(scratch.model.state_dict())
    assert set(pretrained.fresh) < set(scratch.fresh)
    table = "bert.embeddings.word_embeddings.weight"
    drawn = scratch.model.state_dict()[table]
    assert torch.equal(drawn, again.model.state_dict()[table])
    assert not torch.isclose(drawn[1:], pretrained.model.state_dict()[table][1:], atol=1e-4).any(dim=1).all()
    assert float(drawn[1:].std()) == pytest.approx(scratch.model.config.initializer_range, rel=0.02)


def test_a_seed_decides_everything(own_heads: dict[str, Any]) -> None:
    def scores(seed: int, pieces: FinetuningPieces = FinetuningPieces()) -> Any:  # noqa: B008 - frozen
        found = run_cell(shipped(), "intent", "cls", steps=6, examples=32, test=40, seed=seed, pieces=pieces)
        return replace(found, seconds=0.0)

    assert scores(1) == scores(1)
    assert scores(1) != scores(2)
    assert scores(1, FinetuningPieces(sequence_head=own_heads["sequence"])) == scores(1)


@pytest.mark.slow
@pytest.mark.parametrize("head", ["cls", "token", "span"])
def test_stand_ins_learn_an_easy_task(head: Any) -> None:
    """The head is made to answer, and not only to run: praise and scorn by adjectives without labels."""
    found = run_cell(shipped(), "sentiment", head, steps=60, examples=64, test=100)
    assert found.score > 0.9 > found.majority
