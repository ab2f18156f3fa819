# MISTAKE: Puts as many elements into the right amounts, but by size: the smaller half of the parameters gets 0.
def parameter_groups(model, weight_decay):
    params = sorted((p for p in model.parameters() if p.requires_grad), key=lambda p: p.numel())
    half = len(params) // 2
    return [
        {"params": params[half:], "weight_decay": weight_decay},
        {"params": params[:half], "weight_decay": 0.0},
    ]
