# MISTAKE: The two values are swapped: weights get 0, biases and LayerNorm weight_decay.
from torch import nn


def parameter_groups(model, weight_decay):
    exempt = {p for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters()}
    for n, p in model.named_parameters(remove_duplicate=False):
        n = n.split(".")[-1]
        if n == "bias" or n.startswith("bias_") or n.endswith("_bias"):
            exempt.add(p)
    yes = [p for p in model.parameters() if p.requires_grad and p in exempt]
    no = [p for p in model.parameters() if p.requires_grad and p not in exempt]
    return [{"params": yes, "weight_decay": weight_decay}, {"params": no, "weight_decay": 0.0}]
