# RIGHT: parameters of LayerNorms by id first, then all names; both names of a tied parameter count
from torch import nn


def parameter_groups(model, weight_decay):
    norm_ids = {id(p) for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters(recurse=False)}
    plain, decayed = {}, {}
    for name, p in model.named_parameters(remove_duplicate=False):
        if not p.requires_grad:
            continue
        own = name.rsplit(".", 1)[-1]
        if own == "bias" or own.endswith("_bias") or own.startswith("bias_") or id(p) in norm_ids:
            plain[id(p)] = p
        else:
            decayed[id(p)] = p
    return [
        {"params": [p for i, p in decayed.items() if i not in plain], "weight_decay": weight_decay},
        {"params": list(plain.values()), "weight_decay": 0.0},
    ]
