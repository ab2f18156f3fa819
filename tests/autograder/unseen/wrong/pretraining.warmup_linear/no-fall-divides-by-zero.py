# MISTAKE: warmup_steps == total_steps raises ZeroDivisionError from total_steps on.
def warmup_linear(step, warmup_steps, total_steps):
    if step < 0:
        raise ValueError(f"step={step}")
    if not 0 <= warmup_steps <= total_steps:
        raise ValueError(f"warmup_steps={warmup_steps}, total_steps={total_steps}")
    if step < warmup_steps:
        return step / warmup_steps
    return max(0.0, (total_steps - step) / (total_steps - warmup_steps))
