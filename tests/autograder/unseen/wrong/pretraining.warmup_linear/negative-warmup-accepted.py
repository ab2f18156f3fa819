# MISTAKE: A negative warmup_steps is not refused and counts as a longer fall.
def warmup_linear(step, warmup_steps, total_steps):
    if step < 0 or total_steps < 0:
        raise ValueError(f"negative: step={step} or total_steps={total_steps}")
    if warmup_steps > total_steps:
        raise ValueError(f"warmup_steps={warmup_steps} > total_steps={total_steps}")
    if step >= total_steps:
        return 0.0
    if step < warmup_steps:
        return step / warmup_steps
    return (total_steps - step) / (total_steps - warmup_steps)
