# MISTAKE: Checks with assert: AssertionError instead of ValueError.
def layerwise_learning_rates(num_layers, base_lr, decay):
    assert 0 < decay <= 1, f"decay is {decay}"
    return [base_lr * decay**k for k in range(num_layers + 1, -1, -1)]
