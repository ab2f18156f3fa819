# RIGHT: exact fractions, turned into a float at the end
from fractions import Fraction


def check(**values):
    for name, value in values.items():
        if value < 0:
            raise ValueError(f"{name}={value}")


def warmup_linear(step, warmup_steps, total_steps):
    check(step=step, warmup_steps=warmup_steps, total_steps=total_steps)
    if warmup_steps > total_steps:
        raise ValueError("warmup_steps %d > total_steps %d" % (warmup_steps, total_steps))
    left = max(total_steps - step, 0)
    if left == 0:
        return float(0)
    if step < warmup_steps:
        return float(Fraction(step, warmup_steps))
    return float(Fraction(left, total_steps - warmup_steps))
