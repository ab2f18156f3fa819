# MISTAKE: Falls first and warms up at the end: the two phases are swapped.
def warmup_linear(step, warmup_steps, total_steps):
    if min(step, warmup_steps, total_steps) < 0 or warmup_steps > total_steps:
        raise ValueError(f"{step=} {warmup_steps=} {total_steps=}")
    if step >= total_steps:
        return 0.0
    if step > warmup_steps:
        return (step - warmup_steps) / (total_steps - warmup_steps)
    return 1 - step / warmup_steps if warmup_steps else 1.0
