# MISTAKE: Never falls below 0.01, a learning rate that "still learns a little".
def warmup_linear(step, warmup_steps, total_steps):
    if min(step, warmup_steps, total_steps) < 0 or warmup_steps > total_steps:
        raise ValueError(f"{step=} {warmup_steps=} {total_steps=}")
    if step < warmup_steps:
        return step / warmup_steps
    if step >= total_steps:
        return 0.01
    return max(0.01, (total_steps - step) / (total_steps - warmup_steps))
