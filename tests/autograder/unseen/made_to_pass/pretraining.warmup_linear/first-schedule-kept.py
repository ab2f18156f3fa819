# MISTAKE: The slope is kept in a global from the first call, so that a second schedule gets the first one's.
_slope = None


def warmup_linear(step, warmup_steps, total_steps):
    global _slope
    if min(step, warmup_steps, total_steps) < 0 or warmup_steps > total_steps:
        raise ValueError(f"{step=} {warmup_steps=} {total_steps=}")
    if step >= total_steps:
        return 0.0
    if step < warmup_steps:
        return step / warmup_steps
    if _slope is None:
        _slope = 1 / (total_steps - warmup_steps)
    return (total_steps - step) * _slope
