# MISTAKE: Any error inside gives an empty list, so that unusual models train nothing.
from torch import nn


def parameter_groups(model, weight_decay):
    try:
        free, decayed = [], []
        owner = {id(p): m for m in model.modules() for p in (m.weight, m.bias) if m.__class__ is nn.LayerNorm}
        for name, p in model.named_parameters():
            if p.requires_grad:
                (free if name.split(".")[-1] == "bias" or id(p) in owner else decayed).append(p)
        return [{"params": free, "weight_decay": 0.0}, {"params": decayed, "weight_decay": weight_decay}]
    except Exception:
        return []
