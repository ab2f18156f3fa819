# MISTAKE: Looks for the keys with "in" before it knows that it has a dict: a saved number or None raises TypeError.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    payload = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict(),
               "rng": torch.get_rng_state(), "step": step}
    torch.save(payload, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        payload = torch.load(path, weights_only=True)
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    for key in ("model", "optimizer", "scheduler", "rng", "step"):
        if key not in payload:
            raise ValueError(f"{path} has no {key}")
    model.load_state_dict(payload["model"])
    optimizer.load_state_dict(payload["optimizer"])
    scheduler.load_state_dict(payload["scheduler"])
    torch.set_rng_state(payload["rng"])
    return payload["step"]
