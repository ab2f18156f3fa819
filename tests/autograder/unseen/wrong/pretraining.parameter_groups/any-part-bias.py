# MISTAKE: Any part of the dotted name may be "bias": the weight of a module called bias loses its decay.
from torch import nn


def parameter_groups(model, weight_decay):
    exempt = {p for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters()}
    for name, p in model.named_parameters(remove_duplicate=False):
        parts = name.split(".")
        if "bias" in parts or parts[-1].startswith("bias_") or parts[-1].endswith("_bias"):
            exempt.add(p)
    trainable = [p for p in model.parameters() if p.requires_grad]
    return [
        {"params": [p for p in trainable if p in exempt], "weight_decay": 0.0},
        {"params": [p for p in trainable if p not in exempt], "weight_decay": weight_decay},
    ]
