# MISTAKE: Lower-cases the name first: a parameter called "Bias" or "BIAS" counts as a bias, which the rule does not say.
from torch import nn


def parameter_groups(model, weight_decay):
    table = {}
    for m in model.modules():
        for name, p in m.named_parameters(recurse=False):
            own = name.lower()
            free = isinstance(m, nn.LayerNorm) or own == "bias" or own.startswith("bias_") or own.endswith("_bias")
            table[p] = table.get(p, False) or free
    return [{"params": [p], "weight_decay": 0.0 if free else weight_decay} for p, free in table.items() if p.requires_grad]
