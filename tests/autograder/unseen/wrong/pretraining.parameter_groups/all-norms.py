# MISTAKE: BatchNorm, GroupNorm and RMSNorm are treated like LayerNorm.
from torch import nn

NORMS = (nn.LayerNorm, nn.modules.batchnorm._BatchNorm, nn.GroupNorm, nn.RMSNorm)


def parameter_groups(model, weight_decay):
    zero, full = {}, {}
    for module in model.modules():
        for name, p in module.named_parameters(recurse=False):
            if p.requires_grad:
                bias = name == "bias" or name.startswith("bias_") or name.endswith("_bias")
                (zero if bias or isinstance(module, NORMS) else full)[p] = name
    for p in zero:
        full.pop(p, None)
    return [{"params": list(full), "weight_decay": weight_decay}, {"params": list(zero), "weight_decay": 0.0}]
