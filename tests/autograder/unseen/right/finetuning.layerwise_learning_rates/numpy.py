# RIGHT: numpy powers, as a list of Python floats
import numpy as np


def layerwise_learning_rates(num_layers, base_lr, decay):
    if not (0 < decay <= 1):
        raise ValueError(f"invalid decay: {decay}")
    return (float(base_lr) * np.power(float(decay), np.arange(num_layers + 1, -1, -1))).tolist()
