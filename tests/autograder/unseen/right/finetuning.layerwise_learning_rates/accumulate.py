# RIGHT: itertools.accumulate over a constant factor
from itertools import accumulate, repeat


def layerwise_learning_rates(num_layers, base_lr, decay):
    if not 0.0 < decay <= 1.0:
        raise ValueError(f"decay {decay} is out of range")
    falling = accumulate(repeat(decay, num_layers + 1), lambda rate, d: rate * d, initial=base_lr)
    return list(falling)[::-1]
