# MISTAKE: Falls as (total - step) / total, which jumps below 1 after the warm-up.
def warmup_linear(step, warmup_steps, total_steps):
    if warmup_steps > total_steps:
        raise ValueError(f"warmup_steps {warmup_steps} > total_steps {total_steps}")
    for v in (step, warmup_steps, total_steps):
        if v < 0:
            raise ValueError(f"negative value {v}")
    if step >= total_steps:
        return 0.0
    if step < warmup_steps:
        return step / warmup_steps
    return (total_steps - step) / total_steps
