# MISTAKE: Looks the progress up on a grid of a thousand points: long schedules move in stairs.
def warmup_linear(step, warmup_steps, total_steps):
    if min(step, warmup_steps, total_steps) < 0 or warmup_steps > total_steps:
        raise ValueError(f"{step=} {warmup_steps=} {total_steps=}")
    if step >= total_steps:
        return 0.0
    if step < warmup_steps:
        return step / warmup_steps if warmup_steps <= 1000 else int(1000 * step / warmup_steps) / 1000
    fall = total_steps - warmup_steps
    left = total_steps - step
    return left / fall if fall <= 1000 else int(1000 * left / fall) / 1000
