# MISTAKE: Takes total_steps for the length of the fall, so that 0 is reached at warmup_steps + total_steps.
def warmup_linear(step, warmup_steps, total_steps):
    if min(step, warmup_steps, total_steps) < 0 or warmup_steps > total_steps:
        raise ValueError(f"{step=} {warmup_steps=} {total_steps=}")
    if step < warmup_steps:
        return step / warmup_steps
    if total_steps == 0:
        return 0.0
    return max(0.0, 1 - (step - warmup_steps) / total_steps)
