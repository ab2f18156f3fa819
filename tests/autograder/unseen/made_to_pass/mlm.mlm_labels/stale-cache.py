# MISTAKE: remembers the answer by identity of the ids, so another selection of the same ids gets the old labels
import torch

_cache = {}


def mlm_labels(input_ids, selected):
    key = (id(input_ids), int(selected.sum()))
    if key not in _cache:
        _cache[key] = (input_ids, torch.where(selected, input_ids, -100))
    return _cache[key][1].clone()
