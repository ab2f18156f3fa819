# MISTAKE: // instead of /: 0 during all of the warm-up.
def warmup_linear(step, warmup_steps, total_steps):
    if step < 0 or warmup_steps < 0 or total_steps < 0:
        raise ValueError(f"negative: {(step, warmup_steps, total_steps)}")
    if warmup_steps > total_steps:
        raise ValueError(f"{warmup_steps} > {total_steps}")
    if step >= total_steps:
        return 0.0
    if step < warmup_steps:
        return float(step // warmup_steps)
    return (total_steps - step) / (total_steps - warmup_steps)
