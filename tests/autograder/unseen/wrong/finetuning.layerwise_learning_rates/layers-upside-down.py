# MISTAKE: Layer 0 is taken for the top one.
def layerwise_learning_rates(num_layers, base_lr, decay):
    if not 0 < decay <= 1:
        raise ValueError(f"decay must be in (0, 1], got {decay}")
    layers = [base_lr * decay ** (i + 1) for i in range(num_layers)]
    return [base_lr * decay ** (num_layers + 1), *layers, base_lr]
