# MISTAKE: Removes the old file before the new one is renamed: a death in between leaves no file at path.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    tmp = str(path) + ".tmp"
    torch.save([model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step], tmp)
    if os.path.exists(path):
        os.remove(path)
    os.rename(tmp, path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        m, o, s, rng, step = torch.load(path, weights_only=True)
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(m)
    optimizer.load_state_dict(o)
    scheduler.load_state_dict(s)
    torch.set_rng_state(rng)
    return step
