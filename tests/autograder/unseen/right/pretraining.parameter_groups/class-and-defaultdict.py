# RIGHT: groups collected in a defaultdict by their decay, names kept as an extra key
from collections import defaultdict

from torch import nn


class Splitter:
    def __init__(self, model):
        self.model = model
        self.exempt = set()
        for module in model.modules():
            for name, p in module.named_parameters(recurse=False):
                if isinstance(module, nn.LayerNorm):
                    self.exempt.add(p)
        for name, p in model.named_parameters(remove_duplicate=False):
            *_, own = name.split(".")
            if "bias" in (own, own.split("_")[0] if "_" in own else "", own.split("_")[-1] if "_" in own else ""):
                self.exempt.add(p)

    def split(self, weight_decay):
        groups = defaultdict(lambda: {"params": [], "names": []})
        for name, p in self.model.named_parameters():
            if p.requires_grad:
                kind = p in self.exempt
                groups[kind]["params"].append(p)
                groups[kind]["names"].append(name)
        for kind, group in groups.items():
            group["weight_decay"] = 0.0 if kind else weight_decay
        return list(groups.values())


def parameter_groups(model, weight_decay):
    return Splitter(model).split(weight_decay)
