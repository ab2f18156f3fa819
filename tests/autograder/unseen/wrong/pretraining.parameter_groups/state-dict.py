# MISTAKE: Walks model.state_dict(): its values are detached, buffers are among them and frozen ones cannot be told.
def parameter_groups(model, weight_decay):
    free, decayed = [], []
    for name, value in model.state_dict().items():
        own = name.split(".")[-1]
        if own == "bias" or own.startswith("bias_") or own.endswith("_bias") or "norm" in name:
            free.append(value)
        else:
            decayed.append(value)
    return [{"params": free, "weight_decay": 0.0}, {"params": decayed, "weight_decay": weight_decay}]
