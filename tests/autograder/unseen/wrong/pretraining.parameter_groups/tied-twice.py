# MISTAKE: Goes module by module without remembering what it has seen: a tied parameter is in the list twice.
from torch import nn


def parameter_groups(model, weight_decay):
    free, decayed = [], []
    for m in model.modules():
        for name, p in m.named_parameters(recurse=False):
            if p.requires_grad:
                bias = name == "bias" or name.startswith("bias_") or name.endswith("_bias")
                (free if bias or isinstance(m, nn.LayerNorm) else decayed).append(p)
    return [{"params": free, "weight_decay": 0.0}, {"params": decayed, "weight_decay": weight_decay}]
