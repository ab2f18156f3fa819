# MISTAKE: Decides by the module where a parameter is met first: a LayerNorm weight that stands elsewhere before is decayed.
from torch import nn


def parameter_groups(model, weight_decay):
    seen = set()
    free, decayed = [], []
    for m in model.modules():
        for name, p in m.named_parameters(recurse=False):
            if p.requires_grad and p not in seen:
                seen.add(p)
                if isinstance(m, nn.LayerNorm) or name == "bias" or name.startswith("bias_") or name.endswith("_bias"):
                    free.append(p)
                else:
                    decayed.append(p)
    return [{"params": free, "weight_decay": 0.0}, {"params": decayed, "weight_decay": weight_decay}]
