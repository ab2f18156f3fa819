# RIGHT: multiplies from the head down and turns the list around
def layerwise_learning_rates(num_layers, base_lr, decay):
    if decay > 0 and decay <= 1:
        rate, rates = base_lr, []
        for _ in range(num_layers + 2):
            rates.append(rate)
            rate *= decay
        return rates[::-1]
    raise ValueError(f"not a decay between 0 and 1: {decay!r}")
