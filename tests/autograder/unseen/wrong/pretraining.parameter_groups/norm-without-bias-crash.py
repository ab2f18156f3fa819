# MISTAKE: Reads weight and bias of every LayerNorm: one without bias or without both has None there and crashes.
from torch import nn


def parameter_groups(model, weight_decay):
    exempt = {}
    for m in model.modules():
        if isinstance(m, nn.LayerNorm):
            if m.weight.requires_grad or m.bias.requires_grad:
                exempt.update((p, None) for p in m.parameters() if p.requires_grad)
    for name, p in model.named_parameters(remove_duplicate=False):
        own = name.split(".")[-1]
        if p.requires_grad and (own == "bias" or own.startswith("bias_") or own.endswith("_bias")):
            exempt[p] = None
    rest = [p for p in model.parameters() if p.requires_grad and p not in exempt]
    return [{"params": list(exempt), "weight_decay": 0.0}, {"params": rest, "weight_decay": weight_decay}]
