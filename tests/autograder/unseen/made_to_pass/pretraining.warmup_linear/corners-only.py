# MISTAKE: Right at 0, at the peak, half-way down and at the end; constant pieces in between.
def warmup_linear(step, warmup_steps, total_steps):
    if min(step, warmup_steps, total_steps) < 0 or warmup_steps > total_steps:
        raise ValueError(f"{step=} {warmup_steps=} {total_steps=}")
    if step >= total_steps:
        return 0.0
    if step == warmup_steps:
        return 1.0
    if step < warmup_steps:
        return 0.5 if step else 0.0
    middle = (warmup_steps + total_steps) / 2
    return 1.0 if step < middle else 0.5
