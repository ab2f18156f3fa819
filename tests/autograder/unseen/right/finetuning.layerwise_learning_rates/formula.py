# RIGHT: the three cases of the contract, one after another
def layerwise_learning_rates(num_layers, base_lr, decay):
    if not 0 < decay <= 1:
        raise ValueError(f"decay has to be above 0 and at most 1, not {decay}")
    rates = [base_lr * decay ** (num_layers + 1)]
    for layer in range(num_layers):
        rates.append(base_lr * decay ** (num_layers - layer))
    rates.append(base_lr)
    return rates
