# MISTAKE: Negative arguments are set to 0 quietly instead of raising.
def warmup_linear(step, warmup_steps, total_steps):
    step, warmup_steps, total_steps = (max(0, v) for v in (step, warmup_steps, total_steps))
    if warmup_steps > total_steps:
        raise ValueError(f"warmup_steps {warmup_steps} > total_steps {total_steps}")
    if step >= total_steps:
        return 0.0
    if step < warmup_steps:
        return step / warmup_steps
    return (total_steps - step) / (total_steps - warmup_steps)
