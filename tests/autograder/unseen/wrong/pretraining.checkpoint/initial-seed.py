# MISTAKE: Saves torch.initial_seed() and seeds with it again: the random stream starts over instead of going on.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    state = dict(model=model.state_dict(), optimizer=optimizer.state_dict(), scheduler=scheduler.state_dict())
    state |= dict(seed=torch.initial_seed(), step=step)
    torch.save(state, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        state = torch.load(path, weights_only=True)
        seed, step = state["seed"], state["step"]
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    scheduler.load_state_dict(state["scheduler"])
    torch.manual_seed(seed)
    return step
