# MISTAKE: The name met last decides about a tied parameter: a LayerNorm weight used once more as a plain one is decayed.
from torch import nn


def parameter_groups(model, weight_decay):
    kind = {}
    for m in model.modules():
        for name, p in m._parameters.items():
            if p is not None and p.requires_grad:
                bias = name == "bias" or name.startswith("bias_") or name.endswith("_bias")
                kind[p] = 0.0 if bias or isinstance(m, nn.LayerNorm) else weight_decay
    return [{"params": [p], "weight_decay": w} for p, w in kind.items()]
