# MISTAKE: Collects from Linear, Embedding and LayerNorm; parameters of other modules, or directly on the model, are in no group.
from torch import nn


def parameter_groups(model, weight_decay):
    free, decayed = {}, {}
    for m in model.modules():
        if isinstance(m, nn.LayerNorm):
            free.update((p, 1) for p in m.parameters() if p.requires_grad)
        elif isinstance(m, (nn.Linear, nn.Embedding)):
            if m.weight.requires_grad:
                decayed[m.weight] = 1
            bias = getattr(m, "bias", None)
            if bias is not None and bias.requires_grad:
                free[bias] = 1
    return [
        {"params": list(free), "weight_decay": 0.0},
        {"params": [p for p in decayed if p not in free], "weight_decay": weight_decay},
    ]
