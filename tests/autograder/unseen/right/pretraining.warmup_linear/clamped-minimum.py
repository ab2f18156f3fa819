# RIGHT: the smaller of two straight lines, clamped at 0
def warmup_linear(step, warmup_steps, total_steps):
    if min(step, warmup_steps, total_steps) < 0:
        raise ValueError(f"negative argument among {step}, {warmup_steps}, {total_steps}")
    if warmup_steps > total_steps:
        raise ValueError(f"warm-up of {warmup_steps} in {total_steps} steps")
    rising = step / warmup_steps if warmup_steps else 1.0
    falling = (total_steps - step) / max(1, total_steps - warmup_steps)
    return max(0.0, min(rising, falling)) if step < total_steps else 0.0
