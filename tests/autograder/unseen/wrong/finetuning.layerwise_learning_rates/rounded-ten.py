# MISTAKE: Rounds to ten decimal places, which loses small rates.
def layerwise_learning_rates(num_layers, base_lr, decay):
    if not 0 < decay <= 1:
        raise ValueError(f"decay is {decay}; it has to be above 0 and at most 1")
    return [round(base_lr * decay**i, 10) for i in range(num_layers + 1, -1, -1)]
