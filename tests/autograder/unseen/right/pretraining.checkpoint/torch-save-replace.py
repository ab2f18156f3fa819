# RIGHT: torch.save beside the file, os.replace, weights_only on loading
import os

import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    temporary = f"{path}.tmp"
    torch.save(
        {
            "format": "my-checkpoint",
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "rng": torch.get_rng_state(),
            "step": step,
        },
        temporary,
    )
    os.replace(temporary, path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise ValueError(f"{path} cannot be read as a checkpoint: {error}") from error
    if not isinstance(state, dict) or state.get("format") != "my-checkpoint":
        raise ValueError(f"{path} holds something other than a checkpoint")
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    scheduler.load_state_dict(state["scheduler"])
    torch.set_rng_state(state["rng"])
    return state["step"]
