# MISTAKE: Raises for decay = 1, which is allowed.
def layerwise_learning_rates(num_layers, base_lr, decay):
    if not 0 < decay < 1:
        raise ValueError(f"decay must be in (0, 1), got {decay}")
    return [base_lr * decay**k for k in range(num_layers + 1, -1, -1)]
