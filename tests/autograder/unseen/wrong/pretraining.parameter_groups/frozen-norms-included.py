# MISTAKE: requires_grad is asked for weights and biases, but not for LayerNorm's parameters.
from torch import nn


def parameter_groups(model, weight_decay):
    free = dict.fromkeys(p for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters())
    for name, p in model.named_parameters(remove_duplicate=False):
        own = name.split(".")[-1]
        if p.requires_grad and (own == "bias" or own.startswith("bias_") or own.endswith("_bias")):
            free[p] = None
    decayed = [p for p in model.parameters() if p.requires_grad and p not in free]
    return [{"params": list(free), "weight_decay": 0.0}, {"params": decayed, "weight_decay": weight_decay}]
