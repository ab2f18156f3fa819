# MISTAKE: ValueError without any message.
def warmup_linear(step, warmup_steps, total_steps):
    if step < 0 or warmup_steps < 0 or total_steps < 0 or warmup_steps > total_steps:
        raise ValueError()
    if step >= total_steps:
        return 0.0
    return step / warmup_steps if step < warmup_steps else (total_steps - step) / (total_steps - warmup_steps)
