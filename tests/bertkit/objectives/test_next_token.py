"""Next-token labels: the token after each position, and nothing at the end of a row."""

import pytest
import torch

from bertkit.data.batches import pad_batch
from bertkit.data.labels import IGNORE_INDEX
from bertkit.objectives.next_token import next_token_labels


@pytest.mark.parametrize(
    "lengths", [[5], [1], [4, 4, 4], [7, 1, 3, 0], [0]], ids=["one row", "one token", "equal", "padded", "nothing"]
)
@pytest.mark.parametrize("pad_id", [0, 4])
def test_labels_row_by_row(lengths: list[int], pad_id: int) -> None:
    # The ids repeat and contain the padding id, which is a real token where the mask says so.
    rows = [[(row + place) % 5 for place in range(length)] for row, length in enumerate(lengths)]
    input_ids, attention_mask = pad_batch(rows, pad_id)
    before = input_ids.clone()
    labels = next_token_labels(input_ids, attention_mask)
    width = max(lengths)
    assert labels.dtype == torch.int64
    assert labels.tolist() == [row[1:] + [IGNORE_INDEX] * (width - max(len(row) - 1, 0)) for row in rows]
    assert torch.equal(input_ids, before)


def test_tensors_need_not_be_contiguous() -> None:
    input_ids = torch.arange(12).view(4, 3).T
    mask = torch.tensor([[True] * 4, [True] * 2 + [False] * 2, [True] + [False] * 3])
    assert not input_ids.is_contiguous()
    ignored = IGNORE_INDEX
    assert next_token_labels(input_ids, mask).tolist() == [
        [3, 6, 9, ignored],
        [4, ignored, ignored, ignored],
        [ignored] * 4,
    ]
