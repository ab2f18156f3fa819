# MISTAKE: The group without decay has no weight_decay key, so that the optimiser's default (0.01 for AdamW) holds.
from torch import nn


def parameter_groups(model, weight_decay):
    norm = {p for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters()}
    free, decayed = [], []
    for name, p in model.named_parameters():
        if p.requires_grad:
            own = name.split(".")[-1]
            bias = own == "bias" or own.startswith("bias_") or own.endswith("_bias")
            (free if bias or p in norm else decayed).append(p)
    return [{"params": free}, {"params": decayed, "weight_decay": weight_decay}]
