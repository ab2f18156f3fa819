# MISTAKE: warmup_steps > total_steps does not raise; training just ends during the warm-up.
def warmup_linear(step, warmup_steps, total_steps):
    for v in (step, warmup_steps, total_steps):
        if v < 0:
            raise ValueError(f"{v} is negative")
    if step >= total_steps:
        return 0.0
    if step < warmup_steps:
        return step / warmup_steps
    return (total_steps - step) / (total_steps - warmup_steps)
