# MISTAKE: Refuses a model without layers.
def layerwise_learning_rates(num_layers, base_lr, decay):
    if not 0 < decay <= 1:
        raise ValueError(f"decay is {decay}; it has to be above 0 and at most 1")
    if num_layers < 1:
        raise ValueError(f'num_layers is {num_layers}')
    return [base_lr * decay**i for i in range(num_layers + 1, -1, -1)]
