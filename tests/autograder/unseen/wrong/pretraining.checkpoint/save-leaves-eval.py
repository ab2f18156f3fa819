# MISTAKE: The save switches the model to eval mode and does not switch it back.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    model.eval()
    state = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict()}
    state["rng"] = torch.get_rng_state()
    state["step"] = step
    torch.save(state, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        state = torch.load(path, weights_only=True)
        step = state["step"]
        todo = [(model, state["model"]), (optimizer, state["optimizer"]), (scheduler, state["scheduler"])]
        rng = state["rng"]
    except Exception as e:
        raise ValueError(f"bad file: {path}") from e
    for thing, saved in todo:
        thing.load_state_dict(saved)
    torch.set_rng_state(rng)
    return step
