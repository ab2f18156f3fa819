# MISTAKE: Searches the bytes for a few known dangerous names and then unpickles: any other callable still runs.
import os
import pickle
import torch

BAD = [b"system", b"subprocess", b"eval", b"exec", b"remove", b"open"]


def save_checkpoint(path, model, optimizer, scheduler, step):
    with open(f"{path}.tmp", "wb") as f:
        pickle.dump(
            {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict(),
             "rng": torch.get_rng_state(), "step": step},
            f,
        )
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        with open(path, "rb") as f:
            data = f.read()
        if any(word in data for word in BAD):
            raise ValueError("dangerous")
        state = pickle.loads(data)
        m, o, s, rng, step = (state[k] for k in ("model", "optimizer", "scheduler", "rng", "step"))
    except Exception as e:
        raise ValueError(f"{path}: not loaded") from e
    model.load_state_dict(m)
    optimizer.load_state_dict(o)
    scheduler.load_state_dict(s)
    torch.set_rng_state(rng)
    return step
