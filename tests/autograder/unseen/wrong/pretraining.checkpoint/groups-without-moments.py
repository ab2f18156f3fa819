# MISTAKE: Only the optimiser's param_groups come back (learning rates), not its per-parameter state.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    groups = optimizer.state_dict()["param_groups"]
    torch.save([model.state_dict(), groups, scheduler.state_dict(), torch.get_rng_state(), step], f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        weights, groups, sched, rng, step = torch.load(path, weights_only=True)
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(weights)
    for own, saved in zip(optimizer.param_groups, groups):
        own.update({k: v for k, v in saved.items() if k != "params"})
    scheduler.load_state_dict(sched)
    torch.set_rng_state(rng)
    return step
