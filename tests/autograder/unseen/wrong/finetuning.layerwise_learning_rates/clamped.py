# MISTAKE: Quietly clips decay to the range instead of raising.
def layerwise_learning_rates(num_layers, base_lr, decay):
    decay = min(max(decay, 1e-8), 1.0)
    return [base_lr * decay**k for k in range(num_layers + 1, -1, -1)]
