# MISTAKE: Returns step + 1 ("the next one to do") instead of the saved step.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    state = {"m": model.state_dict(), "o": optimizer.state_dict(), "s": scheduler.state_dict()}
    state.update(r=torch.get_rng_state(), step=step)
    torch.save(state, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        state = torch.load(path, weights_only=True)
        parts = state["m"], state["o"], state["s"]
        start = state["step"] + 1
        rng = state["r"]
    except Exception as e:
        raise ValueError(f"no checkpoint at {path}") from e
    for obj, part in zip([model, optimizer, scheduler], parts):
        obj.load_state_dict(part)
    torch.set_rng_state(rng)
    return start
