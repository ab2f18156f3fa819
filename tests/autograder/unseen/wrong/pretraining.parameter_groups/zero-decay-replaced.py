# MISTAKE: "weight_decay or 0.01": a weight_decay of 0 is taken for "not given".
from torch import nn


def parameter_groups(model, weight_decay=None):
    weight_decay = weight_decay or 0.01
    exempt = {p for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters()}
    for name, p in model.named_parameters(remove_duplicate=False):
        own = name.split(".")[-1]
        if own == "bias" or own.startswith("bias_") or own.endswith("_bias"):
            exempt.add(p)
    free = [p for p in model.parameters() if p.requires_grad and p in exempt]
    decayed = [p for p in model.parameters() if p.requires_grad and p not in exempt]
    return [{"params": free, "weight_decay": 0.0}, {"params": decayed, "weight_decay": weight_decay}]
