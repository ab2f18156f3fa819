# MISTAKE: Leaves out parameters whose grad is None, which before the first backward are all of them.
from torch import nn


def parameter_groups(model, weight_decay):
    norm = {p for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters()}
    free, decayed = [], []
    for name, p in model.named_parameters():
        if p.requires_grad and p.grad is not None:
            own = name.split(".")[-1]
            bias = own == "bias" or own.startswith("bias_") or own.endswith("_bias")
            (free if bias or p in norm else decayed).append(p)
    return [{"params": free, "weight_decay": 0.0}, {"params": decayed, "weight_decay": weight_decay}]
