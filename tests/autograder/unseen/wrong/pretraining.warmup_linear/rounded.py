# MISTAKE: Rounds to four digits.
def warmup_linear(step, warmup_steps, total_steps):
    if min(step, warmup_steps, total_steps) < 0 or warmup_steps > total_steps:
        raise ValueError(f"{step=} {warmup_steps=} {total_steps=}")
    if step >= total_steps:
        return 0.0
    if step < warmup_steps:
        return round(step / warmup_steps, 4)
    return round((total_steps - step) / (total_steps - warmup_steps), 4)
