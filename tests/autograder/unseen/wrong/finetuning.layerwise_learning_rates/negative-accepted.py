# MISTAKE: Looks only whether decay is 0 or above 1: a negative one is accepted.
def layerwise_learning_rates(num_layers, base_lr, decay):
    if decay == 0 or not decay <= 1:
        raise ValueError(f"decay must be in (0, 1], got {decay}")
    return [base_lr * decay**k for k in range(num_layers + 1, -1, -1)]
