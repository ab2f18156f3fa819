# RIGHT: (name, parameter) pairs, which torch's optimisers take as well; a group only where it has members
import re

from torch.nn import LayerNorm

BIAS = re.compile(r"(?:.*\.)?(?:bias|[^.]*_bias|bias_[^.]*)")


def parameter_groups(model, weight_decay):
    names = {}
    for name, parameter in model.named_parameters(remove_duplicate=False):
        names.setdefault(parameter, []).append(name)
    norms = {prefix for prefix, module in model.named_modules(remove_duplicate=False) if isinstance(module, LayerNorm)}

    def undecayed(name):
        return BIAS.fullmatch(name) is not None or name.rpartition(".")[0] in norms

    groups = []
    for wanted, rate in ((True, 0.0), (False, weight_decay)):
        pairs = [(ns[0], p) for p, ns in names.items() if p.requires_grad and any(map(undecayed, ns)) is wanted]
        if pairs:
            groups.append({"params": pairs, "weight_decay": rate})
    return groups
