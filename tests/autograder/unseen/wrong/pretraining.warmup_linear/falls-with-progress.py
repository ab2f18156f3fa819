# MISTAKE: Gives the progress of the fall instead of what is left of it: rises again from 0 to 1.
def warmup_linear(step, warmup_steps, total_steps):
    if min(step, warmup_steps, total_steps) < 0 or warmup_steps > total_steps:
        raise ValueError(f"{step=} {warmup_steps=} {total_steps=}")
    if step >= total_steps:
        return 0.0
    if step < warmup_steps:
        return step / warmup_steps
    return (step - warmup_steps) / (total_steps - warmup_steps)
