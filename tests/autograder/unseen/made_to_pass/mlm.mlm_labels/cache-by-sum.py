# MISTAKE: remembers the answer by shape and sums, so a permuted batch gets the labels of the earlier one
import torch

_cache = {}


def mlm_labels(input_ids, selected):
    key = (tuple(input_ids.shape), int(input_ids.sum()), int(selected.sum()))
    if key not in _cache:
        _cache[key] = torch.where(selected, input_ids, -100)
    return _cache[key].clone()
