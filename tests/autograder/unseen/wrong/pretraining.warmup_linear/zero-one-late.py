# MISTAKE: The fall takes one step more: at total_steps it is not yet 0.
def warmup_linear(step, warmup_steps, total_steps):
    if min(step, warmup_steps, total_steps) < 0 or warmup_steps > total_steps:
        raise ValueError(f"{step=} {warmup_steps=} {total_steps=}")
    if step < warmup_steps:
        return step / warmup_steps
    return max(0.0, (total_steps + 1 - step) / (total_steps + 1 - warmup_steps))
