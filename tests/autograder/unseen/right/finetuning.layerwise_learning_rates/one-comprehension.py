# RIGHT: one comprehension with a falling exponent
def layerwise_learning_rates(num_layers, base_lr, decay):
    if not (decay > 0 and decay <= 1):
        raise ValueError("decay: " + str(decay))
    return [base_lr * decay**depth for depth in reversed(range(num_layers + 2))]
