# MISTAKE: Saves only the random states of the GPUs; the CPU's own state is lost.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "scheduler": scheduler.state_dict(),
        "rng": torch.cuda.get_rng_state_all() if torch.cuda.is_available() else [],
        "step": step,
    }
    torch.save(state, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        state = torch.load(path, weights_only=True)
        rng = state["rng"]
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    scheduler.load_state_dict(state["scheduler"])
    if rng:
        torch.cuda.set_rng_state_all(rng)
    return state["step"]
