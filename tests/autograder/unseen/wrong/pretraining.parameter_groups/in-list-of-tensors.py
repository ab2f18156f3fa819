# MISTAKE: "p not in list" compares tensors with ==, which fails for two of different shapes.
from torch import nn


def parameter_groups(model, weight_decay):
    free = []
    for m in model.modules():
        if isinstance(m, nn.LayerNorm):
            free.extend(p for p in m.parameters() if p.requires_grad)
    for name, p in model.named_parameters():
        own = name.split(".")[-1]
        if p.requires_grad and (own == "bias" or own.startswith("bias_") or own.endswith("_bias")):
            if p not in free:
                free.append(p)
    decayed = [p for p in model.parameters() if p.requires_grad and p not in free]
    return [{"params": free, "weight_decay": 0.0}, {"params": decayed, "weight_decay": weight_decay}]
