# MISTAKE: Tests the full name, so that everything inside a module called bias_net counts as a bias.
from torch import nn


def _is_bias(name):
    return name.split(".")[-1] in ("bias",) or name.endswith("_bias") or name.startswith("bias_") or ".bias_" in name


def parameter_groups(model, weight_decay):
    exempt = {p for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters()}
    exempt.update(p for name, p in model.named_parameters(remove_duplicate=False) if _is_bias(name))
    groups = {True: [], False: []}
    for p in model.parameters():
        if p.requires_grad:
            groups[p in exempt].append(p)
    return [{"params": ps, "weight_decay": 0.0 if k else weight_decay} for k, ps in groups.items()]
