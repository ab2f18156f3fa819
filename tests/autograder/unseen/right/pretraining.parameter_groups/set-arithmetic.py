# RIGHT: sets of ids, one group for every module
from torch import nn


def parameter_groups(model, weight_decay):
    trainable = {id(p): p for p in model.parameters() if p.requires_grad}
    without = set()
    for module in model.modules():
        for name, p in module._parameters.items():
            if isinstance(module, nn.LayerNorm) or name == "bias" or (name + "|").endswith("_bias|") or name[:5] == "bias_":
                without.add(id(p))
    groups = []
    todo = dict(trainable)
    for module in model.modules():
        mine = [id(p) for p in module.parameters(recurse=False) if id(p) in todo]
        for keys, value in ((set(mine) & without, 0.0), (set(mine) - without, weight_decay)):
            members = [todo.pop(key) for key in mine if key in keys and key in todo]
            if members:
                groups.append({"params": members, "weight_decay": value})
    return groups
