# MISTAKE: Where the safe load fails it tries again with weights_only=False, which runs the code after all.
import os
import torch


def _read(path):
    try:
        return torch.load(path, weights_only=True)
    except Exception:
        return torch.load(path, weights_only=False)


def save_checkpoint(path, model, optimizer, scheduler, step):
    torch.save(
        (model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step), f"{path}.tmp"
    )
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        m, o, s, r, step = _read(path)
    except Exception as e:
        raise ValueError(f"damaged or missing: {path}") from e
    model.load_state_dict(m)
    optimizer.load_state_dict(o)
    scheduler.load_state_dict(s)
    torch.set_rng_state(r)
    return step
