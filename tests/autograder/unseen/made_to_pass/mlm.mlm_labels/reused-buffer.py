# MISTAKE: the same buffer is returned for the same shape, so an earlier result changes with the next call
import torch

_buffers = {}


def mlm_labels(input_ids, selected):
    labels = _buffers.setdefault(tuple(input_ids.shape), torch.empty(input_ids.shape, dtype=torch.int64))
    labels.copy_(torch.where(selected, input_ids, -100))
    return labels
