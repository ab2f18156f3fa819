# MISTAKE: A parameter that is a LayerNorm's and stands elsewhere too comes into both groups.
from torch import nn


def parameter_groups(model, weight_decay):
    free, decayed = set(), set()
    for m in model.modules():
        for name, p in m.named_parameters(recurse=False):
            if not p.requires_grad:
                continue
            if isinstance(m, nn.LayerNorm) or name == "bias" or name.startswith("bias_") or name.endswith("_bias"):
                free.add(p)
            else:
                decayed.add(p)
    return [
        {"params": list(free), "weight_decay": 0.0},
        {"params": list(decayed), "weight_decay": weight_decay},
    ]
