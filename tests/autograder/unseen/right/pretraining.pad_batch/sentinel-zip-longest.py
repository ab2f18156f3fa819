# RIGHT: zip_longest with a sentinel of its own, transposed; a named tuple as result
from itertools import zip_longest
from typing import NamedTuple

import torch

_NOTHING = object()


class Batch(NamedTuple):
    input_ids: torch.Tensor
    attention_mask: torch.Tensor


def pad_batch(sequences, pad_id):
    if sequences == []:
        raise ValueError("[] has no sequence to pad")
    columns = list(zip_longest(*sequences, fillvalue=_NOTHING))
    shape = (len(columns), len(sequences))
    ids = torch.tensor([[pad_id if t is _NOTHING else t for t in c] for c in columns], dtype=torch.long).reshape(shape)
    mask = torch.tensor([[t is not _NOTHING for t in c] for c in columns], dtype=torch.bool).reshape(shape)
    return Batch(ids.T, mask.T)
