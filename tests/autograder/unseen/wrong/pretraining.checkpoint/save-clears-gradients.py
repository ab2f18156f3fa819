# MISTAKE: The save calls optimizer.zero_grad(), which takes away gradients that the caller has gathered.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    optimizer.zero_grad()
    saved = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict(),
             "rng": torch.get_rng_state(), "step": step}
    torch.save(saved, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        saved = torch.load(path, weights_only=True)
        items = [saved[k] for k in ("model", "optimizer", "scheduler", "rng", "step")]
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(items[0])
    optimizer.load_state_dict(items[1])
    scheduler.load_state_dict(items[2])
    torch.set_rng_state(items[3])
    return items[4]
