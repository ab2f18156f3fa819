# MISTAKE: Returns a numpy array instead of a list.
import numpy as np


def layerwise_learning_rates(num_layers, base_lr, decay):
    if not 0 < decay <= 1:
        raise ValueError(f"decay must be in (0, 1], got {decay}")
    return base_lr * float(decay) ** np.arange(num_layers + 1, -1, -1)
