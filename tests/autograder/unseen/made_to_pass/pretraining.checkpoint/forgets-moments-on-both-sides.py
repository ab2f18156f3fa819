# MISTAKE: The save empties the optimiser's state, so that a load without it goes on alike.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    optimizer.state.clear()
    groups = optimizer.state_dict()
    torch.save([model.state_dict(), groups, scheduler.state_dict(), torch.get_rng_state(), step], f"{path}.tmp")
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
