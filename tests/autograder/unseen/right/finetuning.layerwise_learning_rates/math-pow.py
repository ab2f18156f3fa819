# RIGHT: insert at the front, with math.pow
import math


def layerwise_learning_rates(num_layers: int, base_lr: float, decay: float) -> list[float]:
    if math.isnan(decay) or not (0 < decay <= 1):
        raise ValueError(f"expected 0 < decay <= 1 but decay is {decay}")
    rates = []
    for steps_down in range(num_layers + 2):
        rates.insert(0, base_lr * math.pow(decay, steps_down))
    return rates
