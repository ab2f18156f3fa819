# MISTAKE: step <= warmup_steps counts as warm-up: where warmup_steps == total_steps, step total_steps gives 1 instead of 0.
def warmup_linear(step, warmup_steps, total_steps):
    if min(step, warmup_steps, total_steps) < 0 or warmup_steps > total_steps:
        raise ValueError(f"{step=} {warmup_steps=} {total_steps=}")
    if warmup_steps and step <= warmup_steps:
        return step / warmup_steps
    if step >= total_steps:
        return 0.0
    return (total_steps - step) / (total_steps - warmup_steps)
