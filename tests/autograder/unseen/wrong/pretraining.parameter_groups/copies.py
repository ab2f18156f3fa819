# MISTAKE: The groups hold clones of the parameters: the optimiser trains copies and the model stays as it is.
from torch import nn


def parameter_groups(model, weight_decay):
    norm = {p for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters()}
    free, decayed = [], []
    for name, p in model.named_parameters():
        if p.requires_grad:
            own = name.split(".")[-1]
            bias = own == "bias" or own.startswith("bias_") or own.endswith("_bias")
            (free if bias or p in norm else decayed).append(nn.Parameter(p.detach().clone()))
    return [{"params": free, "weight_decay": 0.0}, {"params": decayed, "weight_decay": weight_decay}]
