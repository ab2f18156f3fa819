# MISTAKE: Weights are stored as float16 to save room: after a load they are rounded.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    small = {k: v.half() if v.is_floating_point() else v for k, v in model.state_dict().items()}
    torch.save([small, optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step], f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        m, o, s, rng, step = torch.load(path, weights_only=True)
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(m)
    optimizer.load_state_dict(o)
    scheduler.load_state_dict(s)
    torch.set_rng_state(rng)
    return step
