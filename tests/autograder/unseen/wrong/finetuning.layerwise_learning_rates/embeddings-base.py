# MISTAKE: The embeddings get base_lr, undecayed.
def layerwise_learning_rates(num_layers, base_lr, decay):
    if not 0 < decay <= 1:
        raise ValueError(f"decay must be in (0, 1], got {decay}")
    layers = [base_lr * decay ** (num_layers - i) for i in range(num_layers)]
    return [base_lr, *layers, base_lr]
