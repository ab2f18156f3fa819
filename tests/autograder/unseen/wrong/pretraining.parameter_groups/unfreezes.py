# MISTAKE: Sets requires_grad for every parameter of the model before it sorts them.
from torch import nn


def parameter_groups(model, weight_decay):
    model.requires_grad_(True)
    exempt = {p for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters()}
    for name, p in model.named_parameters(remove_duplicate=False):
        own = name.rpartition(".")[-1]
        if own == "bias" or own[:5] == "bias_" or own[-5:] == "_bias":
            exempt.add(p)
    free, decayed = [], []
    for p in model.parameters():
        (free if p in exempt else decayed).append(p)
    return [{"params": free, "weight_decay": 0.0}, {"params": decayed, "weight_decay": weight_decay}]
