# RIGHT: a recursion: one layer more is one rate more below
def layerwise_learning_rates(num_layers, base_lr, decay):
    if decay <= 0 or decay > 1 or decay != decay:
        raise ValueError(f"decay={decay}")
    if num_layers == 0:
        return [base_lr * decay, base_lr]
    above = layerwise_learning_rates(num_layers - 1, base_lr, decay)
    return [above[0] * decay, *above]
