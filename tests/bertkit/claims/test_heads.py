"""What the experiments of statement 10 are made of: places of labels, cut words, answers told apart, rows of cells."""

from collections.abc import Sequence
from typing import Any

import pytest
import torch

import bertkit.claims.spans
from bertkit.claims.alignment import OTHER, aligning, is_cut, on_all_pieces, on_last_piece, with_cut_words
from bertkit.claims.heads import row_of, stand_ins
from bertkit.claims.pair_marks import PACKED, WHOLE
from bertkit.claims.spans import ALONE, AS_TAGGED, LIKELIEST, TOGETHER, judged
from bertkit.data.tokenizer import load_tokenizer
from bertkit.finetuning.grid import set_up_cell, story_task
from bertkit.model.heads import HEAD_FOR_TASK
from bertkit.model.pretrained import shipped
from bertkit.objectives.nsp import pack_pair

WORD_IDS = [None, 0, 1, 1, 1, 2, None]


def test_where_a_label_is_put() -> None:
    assert on_all_pieces([5, 7, 9], WORD_IDS) == [-100, 5, 7, 7, 7, 9, -100]
    assert on_last_piece([5, 7, 9], WORD_IDS) == [-100, 5, -100, -100, 7, 9, -100]


def test_the_sentences_have_what_they_are_chosen_for() -> None:
    tokenizer = load_tokenizer(shipped() / "tokenizer.json")
    drawn = story_task("named-entity recognition", 150, 150, seed=1)
    chosen = with_cut_words(drawn, tokenizer, 4, 4)
    assert (len(chosen.train), len(chosen.test_unseen)) == (4, 4)
    assert set(chosen.train) <= set(drawn.train)
    assert set(chosen.test_unseen) <= set(drawn.test_unseen)
    for one in (*chosen.train, *chosen.test_unseen):
        assert any(
            tag != "O" and len(tokenizer.encode(word, add_special_tokens=False).ids) > 1
            for word, tag in zip(one.words, one.tags, strict=True)
        )
    assert not is_cut(tokenizer, "teddy")


def test_read_elsewhere_is_another_figure_of_the_same_model() -> None:
    figures = aligning(3, small=True)
    assert set(figures[OTHER]) == set(figures["last piece"])
    assert all(0 <= value <= 1 for row in figures.values() for value in row.values())


@pytest.mark.parametrize(("name", "separators", "types"), [
    (WHOLE, 2, {0, 1}), ("no [SEP] between", 1, {0, 1}), ("no segment ids", 2, {0}), ("neither", 1, {0}),
])  # fmt: skip
def test_every_way_of_packing_lacks_what_its_name_says(name: str, separators: int, types: set[int]) -> None:
    ids, kinds = (PACKED[name].pack_pair or pack_pair)([7, 8], [9], 2, 3, 16)
    assert (ids.count(3), set(kinds)) == (separators, types)


class Said:
    """In the place of `span_scores`: the same starts and ends for every example, as tokens of its passage."""

    def __init__(self, start: int, end: int) -> None:
        self.start, self.end = start, end

    def __call__(self, model: Any, tokenizer: Any, examples: Sequence[Any]) -> list[Any]:
        scores = bertkit.inference.span_choice.span_scores(model, tokenizer, examples)
        for each in scores:
            first = each.window.allowed.index(True)
            each.start.copy_(torch.zeros(len(each.start)).index_fill(0, torch.tensor(first + self.start), 9.0))
            each.end.copy_(torch.zeros(len(each.end)).index_fill(0, torch.tensor(first + self.end), 9.0))
        return scores


def test_a_start_after_its_end_is_counted_and_answers_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    told = story_task("question answering", 2, 3, seed=0)
    learning = set_up_cell(shipped(), "question answering", "span", told)
    for start, end, after in ((4, 2, 1.0), (2, 4, 0.0)):
        monkeypatch.setattr(bertkit.claims.spans, "span_scores", Said(start, end))
        found = judged(learning, told.test_unseen)
        assert found[ALONE]["start after end"] == after
        assert found[ALONE]["exact"] <= found[TOGETHER]["exact"]
        if after:
            assert found[ALONE]["exact"] == 0


@pytest.mark.parametrize(
    ("runs", "exact", "nothing", "pieces"),
    [(["right"], 1, 0, 0), ([], 0, 1, 0), (["right", "else"], 0, 0, 1), (["wrong"], 0, 0, 0)],
    ids=["one", "none", "two", "another"],
)
def test_tags_are_an_answer_only_in_one_piece(
    runs: list[str], exact: float, nothing: float, pieces: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = story_task("question answering", 2, 3, seed=0)

    def inside_runs(model: Any, tokenizer: Any, examples: Sequence[Any]) -> list[list[str]]:
        return [[one.answer if run == "right" else run for run in runs] for one in examples]

    monkeypatch.setattr(bertkit.claims.spans, "inside_runs", inside_runs)
    found = judged(set_up_cell(shipped(), "question answering", "token", told), told.test_unseen)
    assert found[AS_TAGGED] == {"exact": exact, "no answer": nothing, "in pieces": pieces}
    assert set(found[LIKELIEST]) == {"exact"}


def test_the_rows_of_stand_ins() -> None:
    assert stand_ins("question answering") == [row_of("question answering", "token", "inside or outside")]
    assert len(stand_ins("sentiment")) == 3
    assert stand_ins("sentiment", "span") == ["sentiment: span, two outputs, averaged"]
    assert sum(len(stand_ins(task)) for task in HEAD_FOR_TASK) == 5 * 2 + 2 + 1
