# MISTAKE: torch's random state is neither saved nor restored: dropout after a load differs from the run that went on.
import os

import torch

KEYS = ("model", "optimizer", "scheduler", "step")


def save_checkpoint(path, model, optimizer, scheduler, step):
    values = (model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), step)
    torch.save(dict(zip(KEYS, values)), str(path) + "~")
    os.replace(str(path) + "~", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        state = torch.load(path, weights_only=True)
        m, o, s, step = [state[k] for k in KEYS]
    except Exception:
        raise ValueError(f"{path} is missing or damaged")
    model.load_state_dict(m)
    optimizer.load_state_dict(o)
    scheduler.load_state_dict(s)
    return step
