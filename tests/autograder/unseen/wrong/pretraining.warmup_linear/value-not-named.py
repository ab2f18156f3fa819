# MISTAKE: The message does not say which value was bad.
def warmup_linear(step, warmup_steps, total_steps):
    if step < 0 or warmup_steps < 0 or total_steps < 0 or warmup_steps > total_steps:
        raise ValueError("invalid arguments")
    if step >= total_steps:
        return 0.0
    if step < warmup_steps:
        return step / warmup_steps
    return (total_steps - step) / (total_steps - warmup_steps)
