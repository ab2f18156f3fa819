# MISTAKE: Goes on falling below 0 after total_steps.
def warmup_linear(step, warmup_steps, total_steps):
    if step < 0 or warmup_steps < 0 or total_steps < 0 or warmup_steps > total_steps:
        raise ValueError(f"bad arguments {step}, {warmup_steps}, {total_steps}")
    if step < warmup_steps:
        return step / warmup_steps
    if total_steps == warmup_steps:
        return 0.0
    return (total_steps - step) / (total_steps - warmup_steps)
