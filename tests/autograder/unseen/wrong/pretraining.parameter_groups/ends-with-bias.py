# MISTAKE: endswith("bias") without the underscore: a parameter called "debias" counts, and "bias_ih_l0" does not.
from torch import nn


def parameter_groups(model, weight_decay):
    ln = [p for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters()]
    ids = {id(p) for p in ln}
    a = [p for n, p in model.named_parameters() if p.requires_grad and (n.endswith("bias") or id(p) in ids)]
    b = [p for n, p in model.named_parameters() if p.requires_grad and not (n.endswith("bias") or id(p) in ids)]
    return [{"params": a, "weight_decay": 0.0}, {"params": b, "weight_decay": weight_decay}]
