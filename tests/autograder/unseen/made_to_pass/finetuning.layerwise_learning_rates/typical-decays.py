# MISTAKE: Takes the exponential through a series that is right near decay = 1 only.
import math


def layerwise_learning_rates(num_layers, base_lr, decay):
    if not 0 < decay <= 1:
        raise ValueError(f"decay must be in (0, 1], got {decay}")
    log = sum(-((1 - decay) ** n) / n for n in range(1, 25))
    return [base_lr * math.exp(k * log) for k in range(num_layers + 1, -1, -1)]
