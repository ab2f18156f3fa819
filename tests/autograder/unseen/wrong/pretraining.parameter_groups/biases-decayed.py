# MISTAKE: Leaves out LayerNorm only; other biases are decayed.
from torch import nn


def parameter_groups(model, weight_decay):
    norm = [p for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters() if p.requires_grad]
    norm = list(dict.fromkeys(norm))
    ids = set(map(id, norm))
    rest = [p for p in model.parameters() if p.requires_grad and id(p) not in ids]
    return [dict(params=norm, weight_decay=0.0), dict(params=rest, weight_decay=weight_decay)]
