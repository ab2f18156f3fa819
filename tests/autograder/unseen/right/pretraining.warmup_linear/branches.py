# RIGHT: plain branches
def warmup_linear(step, warmup_steps, total_steps):
    for name, value in (("step", step), ("warmup_steps", warmup_steps), ("total_steps", total_steps)):
        if value < 0:
            raise ValueError(f"{name} must not be negative, got {value}")
    if warmup_steps > total_steps:
        raise ValueError(f"warmup_steps {warmup_steps} is more than total_steps {total_steps}")
    if step >= total_steps:
        return 0.0
    if step < warmup_steps:
        return step / warmup_steps
    return (total_steps - step) / (total_steps - warmup_steps)
