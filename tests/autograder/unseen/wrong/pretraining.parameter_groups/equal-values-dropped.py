# MISTAKE: Finds tied parameters with torch.equal: two different ones with equal values (zero biases) count as one.
import torch
from torch import nn


def parameter_groups(model, weight_decay):
    norm = {id(p) for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters()}
    kept = []
    for name, p in model.named_parameters(remove_duplicate=False):
        if p.requires_grad and not any(p.shape == q.shape and torch.equal(p, q) for _, q in kept):
            kept.append((name, p))

    def free(name, p):
        own = name.split(".")[-1]
        return own == "bias" or own.startswith("bias_") or own.endswith("_bias") or id(p) in norm

    return [
        {"params": [p for n, p in kept if free(n, p)], "weight_decay": 0.0},
        {"params": [p for n, p in kept if not free(n, p)], "weight_decay": weight_decay},
    ]
