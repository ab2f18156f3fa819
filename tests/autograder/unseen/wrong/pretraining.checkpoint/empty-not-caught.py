# MISTAKE: EOFError is missing among what it catches: an empty file raises EOFError.
import os
import pickle
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    t = f"{path}.tmp"
    torch.save({"a": model.state_dict(), "b": optimizer.state_dict(), "c": scheduler.state_dict(),
                "d": torch.get_rng_state(), "e": step}, t)
    os.rename(t, path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        z = torch.load(path, weights_only=True)
    except (OSError, LookupError, RuntimeError, TypeError, ValueError, pickle.UnpicklingError) as e:
        raise ValueError(f"{path}: {e}")
    if not isinstance(z, dict) or sorted(z) != ["a", "b", "c", "d", "e"]:
        raise ValueError(f"{path}: wrong content")
    model.load_state_dict(z["a"])
    optimizer.load_state_dict(z["b"])
    scheduler.load_state_dict(z["c"])
    torch.set_rng_state(z["d"])
    return z["e"]
