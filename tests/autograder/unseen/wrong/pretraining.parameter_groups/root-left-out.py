# MISTAKE: Walks the children and everything below, but not the model itself: parameters directly on it are missing.
from torch import nn


def parameter_groups(model, weight_decay):
    free, rest = {}, {}
    for child in model.children():
        for m in child.modules():
            for name, p in m.named_parameters(recurse=False):
                if p.requires_grad:
                    bias = name == "bias" or name.startswith("bias_") or name.endswith("_bias")
                    (free if bias or isinstance(m, nn.LayerNorm) else rest)[p] = name
    return [
        {"params": list(free), "weight_decay": 0.0},
        {"params": [p for p in rest if p not in free], "weight_decay": weight_decay},
    ]
