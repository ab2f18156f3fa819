# MISTAKE: A negative total_steps with warmup_steps = 0 counts as "already over" and gives 0 instead of raising.
def warmup_linear(step, warmup_steps, total_steps):
    if step < 0 or warmup_steps < 0:
        raise ValueError(f"negative: {step}, {warmup_steps}")
    total_steps = max(total_steps, 0)
    if warmup_steps > total_steps:
        raise ValueError(f"{warmup_steps} > {total_steps}")
    if step >= total_steps:
        return 0.0
    return step / warmup_steps if step < warmup_steps else (total_steps - step) / (total_steps - warmup_steps)
