# MISTAKE: Counts its own calls instead of reading step: right only where steps come one after another.
_count = {}


def warmup_linear(step, warmup_steps, total_steps):
    if min(step, warmup_steps, total_steps) < 0 or warmup_steps > total_steps:
        raise ValueError(f"{step=} {warmup_steps=} {total_steps=}")
    key = warmup_steps, total_steps
    now = _count[key] = _count.get(key, step - 1) + 1
    if now >= total_steps:
        return 0.0
    if now < warmup_steps:
        return now / warmup_steps
    return (total_steps - now) / (total_steps - warmup_steps)
