# MISTAKE: Saves the state of Python's random module instead of torch's.
import os
import random
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    torch.save((model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), random.getstate(), step), f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        m, o, s, rng, step = torch.load(path, weights_only=True)
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(m)
    optimizer.load_state_dict(o)
    scheduler.load_state_dict(s)
    random.setstate(rng)
    return step
