# MISTAKE: Multiplies 64-bit integers of numpy, which overflow for large counts.
import numpy as np


def training_flops(encoder_parameters, tokens, epochs, recipe):
    if recipe not in ("end-to-end", "frozen", "cached"):
        raise ValueError(f"unknown recipe {recipe!r}")
    cost = 6 if recipe == "end-to-end" else 2
    passes = 1 if recipe == "cached" else epochs
    return int(np.prod(np.array([cost, encoder_parameters, tokens, passes], dtype=np.int64)))
