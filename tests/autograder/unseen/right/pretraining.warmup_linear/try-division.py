# RIGHT: division by zero is caught where the falling part has no length
def warmup_linear(step, warmup_steps, total_steps):
    if not 0 <= warmup_steps <= total_steps:
        raise ValueError(f"need 0 <= warmup_steps <= total_steps, got {warmup_steps} and {total_steps}")
    if step < 0:
        raise ValueError(f"step {step} is negative")
    if warmup_steps > step:
        return step / warmup_steps
    try:
        return max(total_steps - step, 0) / (total_steps - warmup_steps)
    except ZeroDivisionError:
        return 0.0
