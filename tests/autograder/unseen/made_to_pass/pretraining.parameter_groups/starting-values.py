# MISTAKE: Knows a LayerNorm weight by its starting value of all ones, and a bias by all zeros.
def parameter_groups(model, weight_decay):
    free, decayed = [], []
    for name, p in model.named_parameters():
        if p.requires_grad:
            own = name.split(".")[-1]
            bias = own == "bias" or own.startswith("bias_") or own.endswith("_bias")
            flat = bool((p == 1).all()) or bool((p == 0).all())
            (free if bias or flat else decayed).append(p)
    return [{"params": free, "weight_decay": 0.0}, {"params": decayed, "weight_decay": weight_decay}]
