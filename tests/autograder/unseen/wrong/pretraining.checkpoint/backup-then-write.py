# MISTAKE: Moves the old file to .bak and writes the new one in place: a death leaves nothing whole at path itself.
import os
from pathlib import Path

import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    path = Path(path)
    backup = Path(str(path) + ".bak")
    if path.exists():
        os.replace(path, backup)
    torch.save(
        {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "rng": torch.get_rng_state(),
            "step": step,
        },
        path,
    )
    backup.unlink(missing_ok=True)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        state = torch.load(path, weights_only=True)
        model_state = state["model"]
    except Exception as e:
        raise ValueError(f"cannot load {path}") from e
    model.load_state_dict(model_state)
    optimizer.load_state_dict(state["optimizer"])
    scheduler.load_state_dict(state["scheduler"])
    torch.set_rng_state(state["rng"])
    return state["step"]
