# MISTAKE: Keeps the result per length: the second matrix of the same length gets the first one's answer.
import torch


_seen = {}


def visible_targets(influence):
    n = influence.shape[0]
    if n not in _seen:
        _seen[n] = torch.cat([influence.diagonal(1), torch.zeros(1, dtype=torch.bool)])
    return _seen[n].clone()
