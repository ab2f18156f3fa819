# MISTAKE: One group with everything: biases and LayerNorm are decayed too.
def parameter_groups(model, weight_decay):
    return [{"params": [p for p in model.parameters() if p.requires_grad], "weight_decay": weight_decay}]
