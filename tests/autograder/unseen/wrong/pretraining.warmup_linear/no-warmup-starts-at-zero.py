# MISTAKE: For warmup_steps = 0 the first step has 0 instead of 1.
def warmup_linear(step, warmup_steps, total_steps):
    if step < 0 or warmup_steps < 0 or total_steps < 0:
        raise ValueError(f"negative in {step}, {warmup_steps}, {total_steps}")
    if warmup_steps > total_steps:
        raise ValueError(f"{warmup_steps} is larger than {total_steps}")
    if step == 0 or step >= total_steps:
        return 0.0
    if step < warmup_steps:
        return step / warmup_steps
    return (total_steps - step) / (total_steps - warmup_steps)
