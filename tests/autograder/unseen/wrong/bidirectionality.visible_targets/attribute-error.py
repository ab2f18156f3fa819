# MISTAKE: Crashes: a tensor has no method named diag_offset.
import torch


def visible_targets(influence):
    out = torch.zeros(len(influence), dtype=torch.bool)
    out[:-1] = influence.diag_offset(1)
    return out
