# MISTAKE: Takes 2e-5 for every base_lr.
def layerwise_learning_rates(num_layers, base_lr, decay):
    if not 0 < decay <= 1:
        raise ValueError(f"decay must be in (0, 1], got {decay}")
    return [2e-5 * decay**k for k in range(num_layers + 1, -1, -1)]
