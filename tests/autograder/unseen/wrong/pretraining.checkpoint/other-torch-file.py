# MISTAKE: A torch file with something else in it (say only weights) raises KeyError instead of ValueError.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    bundle = {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict()}
    torch.save({**bundle, "rng": torch.get_rng_state(), "step": step}, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        bundle = torch.load(path, weights_only=True)
    except Exception as e:
        raise ValueError(f"{path} is damaged or missing") from e
    if not isinstance(bundle, dict):
        raise ValueError(f"{path} is no checkpoint")
    model.load_state_dict(bundle["model"])
    optimizer.load_state_dict(bundle["optimizer"])
    scheduler.load_state_dict(bundle["scheduler"])
    torch.set_rng_state(bundle["rng"])
    return bundle["step"]
