# MISTAKE: The Transformer paper's inverse square root after the warm-up instead of the straight line.
def warmup_linear(step, warmup_steps, total_steps):
    if min(step, warmup_steps, total_steps) < 0 or warmup_steps > total_steps:
        raise ValueError(f"{step=} {warmup_steps=} {total_steps=}")
    if step >= total_steps:
        return 0.0
    if step < warmup_steps:
        return step / warmup_steps
    return (max(1, warmup_steps) / max(1, step)) ** 0.5
