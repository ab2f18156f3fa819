# MISTAKE: step > total_steps raises instead of giving 0.
def warmup_linear(step, warmup_steps, total_steps):
    if not 0 <= step <= total_steps:
        raise ValueError(f"step {step} is outside 0 .. {total_steps}")
    if not 0 <= warmup_steps <= total_steps:
        raise ValueError(f"warmup_steps {warmup_steps} is outside 0 .. {total_steps}")
    if step == total_steps:
        return 0.0
    if step < warmup_steps:
        return step / warmup_steps
    return (total_steps - step) / (total_steps - warmup_steps)
