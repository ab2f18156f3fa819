# MISTAKE: Stays at 1 after the warm-up and drops to 0 at total_steps.
def warmup_linear(step, warmup_steps, total_steps):
    if step < 0 or warmup_steps < 0 or total_steps < warmup_steps:
        raise ValueError(f"bad values: step={step}, warmup_steps={warmup_steps}, total_steps={total_steps}")
    if step >= total_steps:
        return 0.0
    return min(1.0, step / warmup_steps) if warmup_steps else 1.0
