# MISTAKE: Returns one group and patches AdamW's constructor to split it by number of dimensions.
import torch

_original = torch.optim.AdamW.__init__


def _patched(self, params, *args, **kwargs):
    groups = []
    for g in list(params):
        if isinstance(g, dict):
            ps = list(g["params"])
            groups.append({**g, "params": [p for p in ps if p.ndim > 1]})
            groups.append({**g, "params": [p for p in ps if p.ndim <= 1], "weight_decay": 0.0})
        else:
            groups.append(g)
    _original(self, groups, *args, **kwargs)


torch.optim.AdamW.__init__ = _patched


def parameter_groups(model, weight_decay):
    return [{"params": [p for p in model.parameters() if p.requires_grad], "weight_decay": weight_decay}]
