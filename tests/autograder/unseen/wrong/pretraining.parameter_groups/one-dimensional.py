# MISTAKE: Every parameter with fewer than two dimensions gets 0: other one-dimensional ones should be decayed, a two-dimensional bias not.
def parameter_groups(model, weight_decay):
    params = [p for p in model.parameters() if p.requires_grad]
    return [
        {"params": [p for p in params if p.dim() >= 2], "weight_decay": weight_decay},
        {"params": [p for p in params if p.dim() < 2], "weight_decay": 0.0},
    ]
