# MISTAKE: Puts the model into eval mode while it looks at it and leaves it there.
from torch import nn


def parameter_groups(model, weight_decay):
    model.eval()
    exempt = {p for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters()}
    for name, p in model.named_parameters(remove_duplicate=False):
        own = name.split(".")[-1]
        if own == "bias" or own.startswith("bias_") or own.endswith("_bias"):
            exempt.add(p)
    return [
        {"params": [p], "weight_decay": 0.0 if p in exempt else weight_decay}
        for p in model.parameters()
        if p.requires_grad
    ]
