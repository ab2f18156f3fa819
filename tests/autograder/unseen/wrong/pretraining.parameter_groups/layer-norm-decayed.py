# MISTAKE: Leaves out the biases only; LayerNorm weights are decayed.
def parameter_groups(model, weight_decay):
    biases, rest = [], []
    for name, p in model.named_parameters():
        if p.requires_grad:
            own = name.split(".")[-1]
            is_bias = own == "bias" or own.endswith("_bias") or own.startswith("bias_")
            (biases if is_bias else rest).append(p)
    return [{"params": biases, "weight_decay": 0.0}, {"params": rest, "weight_decay": weight_decay}]
