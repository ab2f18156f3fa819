# MISTAKE: os.replace stands in a finally, so that a temporary file left half-written by an error replaces the good one.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    tmp = f"{path}.tmp"
    try:
        with open(tmp, "wb") as file:
            torch.save(
                {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict(),
                 "rng": torch.get_rng_state(), "step": step},
                file,
            )
    finally:
        os.replace(tmp, path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        c = torch.load(path, weights_only=True)
        assert len(c) == 5
        m, o, s, r, k = c["model"], c["optimizer"], c["scheduler"], c["rng"], c["step"]
    except Exception as e:
        raise ValueError(f"{path} cannot be loaded") from e
    model.load_state_dict(m)
    optimizer.load_state_dict(o)
    scheduler.load_state_dict(s)
    torch.set_rng_state(r)
    return k
