# MISTAKE: The temporary name is path.with_suffix(".tmp"): for a path that itself ends in .tmp it is the same file, written directly.
import os
from pathlib import Path

import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    temporary = Path(path).with_suffix(".tmp")
    torch.save([model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step], temporary)
    os.replace(temporary, path)


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
