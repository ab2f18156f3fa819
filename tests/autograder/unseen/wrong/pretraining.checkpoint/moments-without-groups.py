# MISTAKE: The optimiser's per-parameter state comes back but not its param_groups: the learning rate is the new object's.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    moments = optimizer.state_dict()["state"]
    torch.save([model.state_dict(), moments, scheduler.state_dict(), torch.get_rng_state(), step], f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        weights, moments, sched, rng, step = torch.load(path, weights_only=True)
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(weights)
    fresh = optimizer.state_dict()
    fresh["state"] = moments
    optimizer.load_state_dict(fresh)
    scheduler.load_state_dict(sched)
    torch.set_rng_state(rng)
    return step
