# RIGHT: np.interp over the corners of the triangle; np.float64 is a float
import numpy as np


def warmup_linear(step, warmup_steps, total_steps):
    bad = [v for v in (step, warmup_steps, total_steps) if v < 0]
    if bad:
        raise ValueError(f"{bad[0]} is negative")
    if total_steps < warmup_steps:
        raise ValueError(f"total_steps={total_steps} < warmup_steps={warmup_steps}")
    if step >= total_steps:
        return np.float64(0)
    if warmup_steps == 0:
        return np.interp(step, [0, total_steps], [1, 0])
    if warmup_steps == total_steps:
        return np.interp(step, [0, warmup_steps], [0, 1])
    return np.interp(step, [0, warmup_steps, total_steps], [0.0, 1.0, 0.0])
