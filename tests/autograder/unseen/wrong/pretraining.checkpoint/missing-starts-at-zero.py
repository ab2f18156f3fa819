# MISTAKE: A missing file counts as a fresh start: returns 0 instead of raising ValueError.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    everything = (model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step)
    torch.save(everything, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    if not os.path.exists(path):
        print("no checkpoint yet, starting from scratch")
        return 0
    try:
        m, o, s, rng, step = torch.load(path, weights_only=True)
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(m)
    optimizer.load_state_dict(o)
    scheduler.load_state_dict(s)
    torch.set_rng_state(rng)
    return step
