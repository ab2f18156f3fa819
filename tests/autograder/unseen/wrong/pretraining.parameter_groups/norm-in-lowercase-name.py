# MISTAKE: Takes every parameter with "norm" somewhere in its name for a LayerNorm's: BatchNorm or a linear layer called norm loses its decay.
from torch import nn


def parameter_groups(model, weight_decay):
    no_decay = {}
    decay = {}
    layer_norm = {id(p) for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters()}
    for name, p in model.named_parameters():
        if not p.requires_grad:
            continue
        own = name.split(".")[-1]
        bias = own == "bias" or own.startswith("bias_") or own.endswith("_bias")
        free = bias or id(p) in layer_norm or "norm" in name.lower()
        (no_decay if free else decay)[name] = p
    return [
        {"params": list(no_decay.values()), "weight_decay": 0.0},
        {"params": list(decay.values()), "weight_decay": weight_decay},
    ]
