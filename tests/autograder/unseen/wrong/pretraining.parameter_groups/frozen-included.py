# MISTAKE: Frozen parameters are in the groups too.
from torch import nn


def parameter_groups(model, weight_decay):
    free = []
    for m in model.modules():
        for name, p in m.named_parameters(recurse=False):
            if isinstance(m, nn.LayerNorm) or name == "bias" or name.startswith("bias_") or name.endswith("_bias"):
                free.append(p)
    free = list(dict.fromkeys(free))
    known = set(free)
    decayed = [p for p in model.parameters() if p not in known]
    return [{"params": free, "weight_decay": 0.0}, {"params": decayed, "weight_decay": weight_decay}]
