# MISTAKE: A cosine instead of a straight line after the warm-up.
import math


def warmup_linear(step, warmup_steps, total_steps):
    if step < 0 or warmup_steps < 0 or total_steps < warmup_steps:
        raise ValueError(f"bad values: step={step}, warmup_steps={warmup_steps}, total_steps={total_steps}")
    if step >= total_steps:
        return 0.0
    if step < warmup_steps:
        return step / warmup_steps
    progress = (step - warmup_steps) / (total_steps - warmup_steps)
    return 0.5 * (1 + math.cos(math.pi * progress))
