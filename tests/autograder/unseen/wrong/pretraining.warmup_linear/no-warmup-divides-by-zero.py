# MISTAKE: min(1, step / warmup_steps) is computed always: warmup_steps = 0 raises ZeroDivisionError.
def warmup_linear(step, warmup_steps, total_steps):
    if min(step, warmup_steps, total_steps) < 0:
        raise ValueError(f"no negative numbers, got {step}, {warmup_steps}, {total_steps}")
    if warmup_steps > total_steps:
        raise ValueError(f"warmup_steps {warmup_steps} > total_steps {total_steps}")
    up = min(1.0, step / warmup_steps)
    if step < warmup_steps:
        return up
    return max(0.0, (total_steps - step) / max(1, total_steps - warmup_steps)) if step < total_steps else 0.0
