# MISTAKE: type(m) is nn.LayerNorm: a subclass of LayerNorm is missed.
from torch import nn


def parameter_groups(model, weight_decay):
    no, yes = {}, {}
    for m in model.modules():
        for name, p in m.named_parameters(recurse=False):
            if not p.requires_grad:
                continue
            if type(m) is nn.LayerNorm or name == "bias" or name.startswith("bias_") or name.endswith("_bias"):
                no[p] = None
            else:
                yes[p] = None
    return [
        {"params": [p for p in yes if p not in no], "weight_decay": weight_decay},
        {"params": list(no), "weight_decay": 0.0},
    ]
