# MISTAKE: A file that was never a checkpoint raises pickle.UnpicklingError, which is no ValueError.
import os
import torch

PARTS = "model optimizer scheduler rng step".split()


def save_checkpoint(path, model, optimizer, scheduler, step):
    values = [model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step]
    torch.save(dict(zip(PARTS, values)), f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        state = torch.load(path, weights_only=True)
    except (FileNotFoundError, EOFError, RuntimeError) as problem:
        raise ValueError(f"{path} is missing or was cut short: {problem}") from problem
    if type(state) is not dict or list(state) != PARTS:
        raise ValueError(f"{path} has other parts")
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    scheduler.load_state_dict(state["scheduler"])
    torch.set_rng_state(state["rng"])
    return state["step"]
