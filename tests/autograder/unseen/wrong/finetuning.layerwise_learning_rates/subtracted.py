# MISTAKE: Takes (1 - decay) * base_lr off at each step instead of multiplying.
def layerwise_learning_rates(num_layers, base_lr, decay):
    if not 0 < decay <= 1:
        raise ValueError(f"decay must be in (0, 1], got {decay}")
    return [base_lr - k * (1 - decay) * base_lr for k in range(num_layers + 1, -1, -1)]
