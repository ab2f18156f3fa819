# MISTAKE: Remembers which names get 0 from the first model it saw and applies them to every later one.
from torch import nn

_free = None


def parameter_groups(model, weight_decay):
    global _free
    if _free is None:
        norm = {id(p) for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters()}
        _free = {n for n, p in model.named_parameters() if n.split(".")[-1] == "bias" or id(p) in norm}
    named = [(n, p) for n, p in model.named_parameters() if p.requires_grad]
    return [
        {"params": [p for n, p in named if n in _free], "weight_decay": 0.0},
        {"params": [p for n, p in named if n not in _free], "weight_decay": weight_decay},
    ]
