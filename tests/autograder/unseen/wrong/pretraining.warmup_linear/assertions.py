# MISTAKE: assert instead of ValueError.
def warmup_linear(step, warmup_steps, total_steps):
    assert step >= 0 and warmup_steps >= 0 and total_steps >= 0, "no negative numbers"
    assert warmup_steps <= total_steps, f"{warmup_steps} > {total_steps}"
    if step >= total_steps:
        return 0.0
    if step < warmup_steps:
        return step / warmup_steps
    return (total_steps - step) / (total_steps - warmup_steps)
