# MISTAKE: Forgets names that start with "bias_", such as those of an LSTM.
from torch import nn


def parameter_groups(model, weight_decay):
    ids = {id(p) for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters()}
    for name, p in model.named_parameters(remove_duplicate=False):
        own = name.rpartition(".")[2]
        if own == "bias" or own.endswith("_bias"):
            ids.add(id(p))
    train = [p for p in model.parameters() if p.requires_grad]
    return [
        {"params": [p for p in train if id(p) in ids], "weight_decay": 0.0},
        {"params": [p for p in train if id(p) not in ids], "weight_decay": weight_decay},
    ]
