# MISTAKE: Forgets names that end in "_bias", such as in_proj_bias of MultiheadAttention.
from torch import nn


def parameter_groups(model, weight_decay):
    zero, rest = [], []
    norms = tuple(m for m in model.modules() if isinstance(m, nn.LayerNorm))
    norm_parameters = {p for m in norms for p in m.parameters()}
    for name, p in model.named_parameters():
        own = name.split(".").pop()
        if not p.requires_grad:
            pass
        elif own == "bias" or own.startswith("bias_") or p in norm_parameters:
            zero.append(p)
        else:
            rest.append(p)
    return [{"params": rest, "weight_decay": weight_decay}, {"params": zero, "weight_decay": 0.0}]
