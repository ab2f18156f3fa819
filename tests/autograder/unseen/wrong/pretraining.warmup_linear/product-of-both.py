# MISTAKE: Multiplies the rising and a falling line that starts at step 0, which bends the warm-up.
def warmup_linear(step, warmup_steps, total_steps):
    if min(step, warmup_steps, total_steps) < 0 or warmup_steps > total_steps:
        raise ValueError(f"{step=} {warmup_steps=} {total_steps=}")
    if step >= total_steps:
        return 0.0
    up = min(1.0, step / warmup_steps) if warmup_steps else 1.0
    return up * (total_steps - step) / total_steps
