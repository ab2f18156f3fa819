# MISTAKE: Only the group without decay has the key; the other takes the optimiser's default and ignores weight_decay.
from torch import nn


def parameter_groups(model, weight_decay):
    norm = {p for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters()}
    groups = [{"params": []}, {"params": [], "weight_decay": 0.0}]
    for name, p in model.named_parameters():
        if p.requires_grad:
            own = name.split(".")[-1]
            index = own == "bias" or own.startswith("bias_") or own.endswith("_bias") or p in norm
            groups[int(index)]["params"].append(p)
    return groups
