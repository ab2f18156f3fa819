# MISTAKE: A table for the usual lengths (10 of 100) and a guess for all others.
TABLE = {s: s / 10 for s in range(10)} | {s: (100 - s) / 90 for s in range(10, 101)}


def warmup_linear(step, warmup_steps, total_steps):
    if min(step, warmup_steps, total_steps) < 0 or warmup_steps > total_steps:
        raise ValueError(f"{step=} {warmup_steps=} {total_steps=}")
    if total_steps == 0 or step >= total_steps:
        return 0.0
    return TABLE[round(step * 100 / total_steps)]
