# MISTAKE: "bias" anywhere in the own name: "unbiased" or "biased" counts as a bias.
from torch import nn


def parameter_groups(model, weight_decay):
    norm = {p for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters(recurse=False)}
    groups = {True: [], False: []}
    for name, p in model.named_parameters():
        if p.requires_grad:
            groups["bias" in name.split(".")[-1] or p in norm].append(p)
    return [
        {"params": groups[False], "weight_decay": weight_decay},
        {"params": groups[True], "weight_decay": 0.0},
    ]
