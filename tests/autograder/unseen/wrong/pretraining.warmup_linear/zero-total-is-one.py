# MISTAKE: total_steps = 0 gives 1 at step 0 (warmup_steps = 0 starts at 1), but from total_steps on it is 0.
def warmup_linear(step, warmup_steps, total_steps):
    if min(step, warmup_steps, total_steps) < 0 or warmup_steps > total_steps:
        raise ValueError(f"{step=} {warmup_steps=} {total_steps=}")
    if warmup_steps == 0 and step == 0:
        return 1.0
    if step >= total_steps:
        return 0.0
    if step < warmup_steps:
        return step / warmup_steps
    return (total_steps - step) / (total_steps - warmup_steps)
