# MISTAKE: Asks for a class called "LayerNorm": a module of the user's own with that name loses its decay, and a subclass with another name keeps it.
def parameter_groups(model, weight_decay):
    zero, decayed = set(), set()
    for module in model.modules():
        for name, p in module.named_parameters(recurse=False):
            if p.requires_grad:
                bias = name == "bias" or name[:5] == "bias_" or name[-5:] == "_bias"
                (zero if bias or type(module).__name__ == "LayerNorm" else decayed).add(p)
    return [
        {"params": list(decayed - zero), "weight_decay": weight_decay},
        {"params": list(zero), "weight_decay": 0.0},
    ]
