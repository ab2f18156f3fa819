"""Pairs with less to tell their two texts apart: without the `[SEP]` between them, without segment ids."""

from collections.abc import Sequence

from bertkit.data.batches import PackPair
from bertkit.objectives.nsp import pack_pair


def unmarked(separator: bool = False, segments: bool = False, pack_pair: PackPair = pack_pair) -> PackPair:
    """A way to pack pairs, to be one of `FinetuningPieces`, that leaves marks out of what `pack_pair` makes.

    Args:
        separator: whether `[SEP]` stays between the texts; that at the end always stays.
        segments: whether the second text keeps its segment ids; without, all are 0.
        pack_pair: what packs a pair with all its marks.

    >>> unmarked()([7, 8], [9], 2, 3, 16)
    ([2, 7, 8, 9, 3], [0, 0, 0, 0, 0])
    >>> unmarked(segments=True)([7, 8], [9], 2, 3, 16)
    ([2, 7, 8, 9, 3], [0, 0, 0, 1, 1])
    """

    def pack(
        first: Sequence[int], second: Sequence[int], cls_id: int, sep_id: int, max_length: int
    ) -> tuple[list[int], list[int]]:
        ids, types = pack_pair(first, second, cls_id, sep_id, max_length)
        if not separator:
            between = ids.index(sep_id)
            ids, types = ids[:between] + ids[between + 1 :], types[:between] + types[between + 1 :]
        return ids, types if segments else [0] * len(types)

    return pack
