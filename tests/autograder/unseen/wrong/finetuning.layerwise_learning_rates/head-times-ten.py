# MISTAKE: The head gets ten times the rate.
def layerwise_learning_rates(num_layers, base_lr, decay):
    if not 0 < decay <= 1:
        raise ValueError(f"decay is {decay}; it has to be above 0 and at most 1")
    rates = [base_lr * decay**i for i in range(num_layers + 1, -1, -1)]
    return rates[:-1] + [10 * rates[-1]]
