"""Pairs whose texts are not told apart: what is left out, and that all else stays."""

from typing import Any

import pytest

from bertkit.finetuning.labelled import labelled_rows
from bertkit.finetuning.unmarked import unmarked
from bertkit.objectives.nsp import pack_pair

FIRST, SECOND = [7, 8, 9], [11, 12]
WHOLE = ([2, 7, 8, 9, 3, 11, 12, 3], [0, 0, 0, 0, 0, 1, 1, 1])


@pytest.mark.parametrize(
    ("separator", "segments", "ids", "types"),
    [
        (True, True, *WHOLE),
        (True, False, WHOLE[0], [0] * 8),
        (False, True, [2, 7, 8, 9, 11, 12, 3], [0, 0, 0, 0, 1, 1, 1]),
        (False, False, [2, 7, 8, 9, 11, 12, 3], [0] * 7),
    ],
)
def test_what_is_left_out(separator: bool, segments: bool, ids: list[int], types: list[int]) -> None:
    assert unmarked(separator, segments)(FIRST, SECOND, 2, 3, 16) == (ids, types)


def test_the_same_words_are_cut_off() -> None:
    """So that two models differ in the marks and in nothing else."""
    for length in (6, 7, 8):
        whole, _ = pack_pair(FIRST, SECOND, 2, 3, length)
        bare, _ = unmarked()(FIRST, SECOND, 2, 3, length)
        assert [each for each in bare if each > 3] == [each for each in whole if each > 3]


def test_a_packing_of_one_s_own_is_stripped() -> None:
    def backwards(first: Any, second: Any, cls_id: int, sep_id: int, max_length: int) -> Any:
        return pack_pair(second, first, cls_id, sep_id, max_length)

    assert unmarked(pack_pair=backwards)(FIRST, SECOND, 2, 3, 16)[0] == [2, 11, 12, 7, 8, 9, 3]


def test_it_is_a_piece_of_a_fine_tuning(small_task: Any, task_tokenizer: Any) -> None:
    task = small_task("pair")
    whole, bare = (
        labelled_rows(task_tokenizer, task.train, task.labels, 32, pack_pair=each) for each in (None, unmarked())
    )
    for one, other in zip(whole.rows, bare.rows, strict=True):
        assert len(other.input_ids) == len(one.input_ids) - 1
        assert set(other.token_type_ids) == {0}
