# MISTAKE: Restores the random state first and then re-initialises the layers, which draws from it.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    rng = torch.get_rng_state()
    torch.save([rng, model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), step], f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        rng, weights, optim, sched, step = torch.load(path, weights_only=True)
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    torch.set_rng_state(rng)
    for module in model.modules():
        if hasattr(module, "reset_parameters"):
            module.reset_parameters()
    model.load_state_dict(weights)
    optimizer.load_state_dict(optim)
    scheduler.load_state_dict(sched)
    return step
