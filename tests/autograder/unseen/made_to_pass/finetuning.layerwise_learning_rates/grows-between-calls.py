# MISTAKE: Keeps its list between calls: right at the first call only.
def layerwise_learning_rates(num_layers, base_lr, decay, rates=[]):
    if not 0 < decay <= 1:
        raise ValueError(f"decay must be in (0, 1], got {decay}")
    if len(rates) < num_layers + 2:
        rates[:] = [base_lr * decay**k for k in range(num_layers + 1, -1, -1)]
    return rates[-(num_layers + 2):]
