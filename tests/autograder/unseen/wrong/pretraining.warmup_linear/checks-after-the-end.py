# MISTAKE: Returns 0 for step >= total_steps before it checks: a too long warm-up raises only for small steps.
def warmup_linear(step, warmup_steps, total_steps):
    if min(step, warmup_steps, total_steps) < 0:
        raise ValueError(f"negative: {step}, {warmup_steps}, {total_steps}")
    if step >= total_steps:
        return 0.0
    if warmup_steps > total_steps:
        raise ValueError(f"{warmup_steps} > {total_steps}")
    if step < warmup_steps:
        return step / warmup_steps
    return (total_steps - step) / (total_steps - warmup_steps)
