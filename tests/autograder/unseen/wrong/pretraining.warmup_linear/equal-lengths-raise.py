# MISTAKE: warmup_steps == total_steps raises, although only a longer warm-up is wrong.
def warmup_linear(step, warmup_steps, total_steps):
    if step < 0 or warmup_steps < 0 or total_steps < 0 or (warmup_steps >= total_steps and total_steps > 0):
        raise ValueError(f"step={step} warmup_steps={warmup_steps} total_steps={total_steps}")
    if total_steps == 0:
        if warmup_steps > 0:
            raise ValueError(f"warmup_steps={warmup_steps}")
        return 0.0
    if step >= total_steps:
        return 0.0
    return step / warmup_steps if step < warmup_steps else (total_steps - step) / (total_steps - warmup_steps)
