# MISTAKE: Calls model.zero_grad(), which takes the gradients away that the caller has.
from torch import nn


def parameter_groups(model, weight_decay):
    model.zero_grad(set_to_none=True)
    exempt = {p for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters()}
    for name, p in model.named_parameters(remove_duplicate=False):
        own = name.split(".")[-1]
        if own == "bias" or own.startswith("bias_") or own.endswith("_bias"):
            exempt.add(p)
    trainable = [p for p in model.parameters() if p.requires_grad]
    return [
        {"params": [p for p in trainable if p in exempt], "weight_decay": 0.0},
        {"params": [p for p in trainable if p not in exempt], "weight_decay": weight_decay},
    ]
