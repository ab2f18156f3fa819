# MISTAKE: The message does not name the bad decay.
def layerwise_learning_rates(num_layers, base_lr, decay):
    if not 0 < decay <= 1:
        raise ValueError("decay is out of range")
    return [base_lr * decay**k for k in range(num_layers + 1, -1, -1)]
