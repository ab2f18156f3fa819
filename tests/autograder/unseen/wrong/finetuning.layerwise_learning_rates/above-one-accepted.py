# MISTAKE: Accepts a decay above 1.
def layerwise_learning_rates(num_layers, base_lr, decay):
    if not decay > 0:
        raise ValueError(f"decay must be positive, got {decay}")
    return [base_lr * decay**k for k in range(num_layers + 1, -1, -1)]
