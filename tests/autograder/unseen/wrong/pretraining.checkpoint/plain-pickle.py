# MISTAKE: pickle.load on the file: a prepared file runs code while it is read.
import os
import pickle
from pathlib import Path

import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    temporary = Path(f"{path}.tmp")
    with temporary.open("wb") as file:
        pickle.dump(
            {
                "model": model.state_dict(),
                "optimizer": optimizer.state_dict(),
                "scheduler": scheduler.state_dict(),
                "rng": torch.get_rng_state(),
                "step": step,
            },
            file,
        )
    os.replace(temporary, path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        with open(path, "rb") as file:
            state = pickle.load(file)
        ordered = [state[k] for k in ("model", "optimizer", "scheduler", "rng", "step")]
    except Exception as error:
        raise ValueError(f"{path}: {error}") from error
    model.load_state_dict(ordered[0])
    optimizer.load_state_dict(ordered[1])
    scheduler.load_state_dict(ordered[2])
    torch.set_rng_state(ordered[3])
    return ordered[4]
