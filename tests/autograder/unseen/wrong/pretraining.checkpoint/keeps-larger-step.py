# MISTAKE: A save does nothing where the file at path already has a larger step, as after a run begun anew.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    if os.path.exists(path) and torch.load(path, weights_only=True)["step"] > step:
        return
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict()}
    state["rng"], state["step"] = torch.get_rng_state(), step
    torch.save(state, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        state = torch.load(path, weights_only=True)
        model_state, step = state["model"], state["step"]
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(model_state)
    optimizer.load_state_dict(state["optimizer"])
    scheduler.load_state_dict(state["scheduler"])
    torch.set_rng_state(state["rng"])
    return step
