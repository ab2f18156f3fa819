# MISTAKE: Looks at the direct children only for LayerNorm: one deeper inside is decayed.
from torch import nn


def parameter_groups(model, weight_decay):
    norm = {p for m in [model, *model.children()] if isinstance(m, nn.LayerNorm) for p in m.parameters()}
    for name, p in model.named_parameters(remove_duplicate=False):
        own = name.split(".")[-1]
        if own == "bias" or own.startswith("bias_") or own.endswith("_bias"):
            norm.add(p)
    free = [p for p in model.parameters() if p in norm and p.requires_grad]
    decayed = [p for p in model.parameters() if p not in norm and p.requires_grad]
    return [{"params": free, "weight_decay": 0.0}, {"params": decayed, "weight_decay": weight_decay}]
