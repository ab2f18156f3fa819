# MISTAKE: The optimiser's state is left out: momentum and Adam's moments start from nothing.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    tmp = f"{path}.part"
    with open(tmp, "wb") as f:
        torch.save((model.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step), f)
    os.replace(tmp, path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        weights, sched, rng, step = torch.load(path, weights_only=True)
    except Exception as e:
        raise ValueError(f"{path}: {e}")
    model.load_state_dict(weights)
    scheduler.load_state_dict(sched)
    torch.set_rng_state(rng)
    return step
