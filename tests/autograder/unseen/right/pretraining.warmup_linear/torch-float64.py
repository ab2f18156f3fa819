# RIGHT: a tensor of the whole schedule's values at the needed point, in float64
import torch


def warmup_linear(step, warmup_steps, total_steps):
    arguments = torch.tensor([step, warmup_steps, total_steps])
    if (arguments < 0).any():
        raise ValueError(f"negative: {arguments[arguments < 0].tolist()}")
    if warmup_steps > total_steps:
        raise ValueError(f"{warmup_steps} steps of warm-up do not fit into {total_steps}")
    s = torch.tensor(float(step), dtype=torch.float64)
    up = s / warmup_steps
    down = (total_steps - s) / (total_steps - warmup_steps)
    value = torch.where(s < warmup_steps, up, down)
    return torch.where(s < total_steps, value, torch.zeros_like(s)).item()
