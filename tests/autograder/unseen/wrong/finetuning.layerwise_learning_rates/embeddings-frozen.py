# MISTAKE: The embeddings get the rate 0.
def layerwise_learning_rates(num_layers, base_lr, decay):
    if not 0 < decay <= 1:
        raise ValueError(f"decay must be in (0, 1], got {decay}")
    layers = [base_lr * decay ** (num_layers - i) for i in range(num_layers)]
    return [0.0, *layers, base_lr]
