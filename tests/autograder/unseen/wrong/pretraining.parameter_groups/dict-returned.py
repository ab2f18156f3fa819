# MISTAKE: Returns one dict {"decay": [...], "no_decay": [...]} instead of a list of groups.
from torch import nn


def parameter_groups(model, weight_decay):
    exempt = {p for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters()}
    for name, p in model.named_parameters(remove_duplicate=False):
        own = name.split(".")[-1]
        if own == "bias" or own.startswith("bias_") or own.endswith("_bias"):
            exempt.add(p)
    trainable = [p for p in model.parameters() if p.requires_grad]
    return {
        "no_decay": [p for p in trainable if p in exempt],
        "decay": [p for p in trainable if p not in exempt],
    }
