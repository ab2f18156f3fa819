# MISTAKE: Every ZeroDivisionError becomes 1.0, which is right for no warm-up but not where warmup_steps == total_steps.
def warmup_linear(step, warmup_steps, total_steps):
    if min(step, warmup_steps, total_steps) < 0 or warmup_steps > total_steps:
        raise ValueError(f"{step=} {warmup_steps=} {total_steps=}")
    try:
        if step < warmup_steps:
            return step / warmup_steps
        return max(0.0, (total_steps - step) / (total_steps - warmup_steps))
    except ZeroDivisionError:
        return 1.0
