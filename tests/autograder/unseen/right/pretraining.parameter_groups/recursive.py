# RIGHT: walks the tree of modules by hand
from torch import nn


def _walk(module, visit):
    visit(module)
    for child in module.children():
        _walk(child, visit)


def parameter_groups(model, weight_decay):
    free, all_of_them = [], []

    def visit(module):
        for name, p in module.named_parameters(recurse=False, remove_duplicate=False):
            if p.requires_grad:
                all_of_them.append(p)
                if isinstance(module, nn.LayerNorm) or name == "bias" or name.startswith("bias_") or name.endswith("_bias"):
                    free.append(p)

    _walk(model, visit)
    free = list(dict.fromkeys(free))
    rest = [p for p in dict.fromkeys(all_of_them) if not any(p is f for f in free)]
    return [dict(params=tuple(free), weight_decay=0), dict(params=tuple(rest), weight_decay=weight_decay)]
