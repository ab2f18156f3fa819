# MISTAKE: Looks for ".bias" at the end of the full name: a bias directly on the model has no dot and is decayed.
from torch import nn


def parameter_groups(model, weight_decay):
    norm = {id(p) for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters()}

    def free(name, p):
        last = name.split(".")[-1]
        return name.endswith(".bias") or last.endswith("_bias") or last.startswith("bias_") or id(p) in norm

    named = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    return [
        {"params": [p for n, p in named if free(n, p)], "weight_decay": 0.0},
        {"params": [p for n, p in named if not free(n, p)], "weight_decay": weight_decay},
    ]
