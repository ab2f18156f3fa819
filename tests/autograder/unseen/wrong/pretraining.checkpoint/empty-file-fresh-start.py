# MISTAKE: An empty file is taken for "nothing saved yet" and gives 0 instead of ValueError.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    blob = [model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step]
    part = os.fspath(path) + ".part"
    torch.save(blob, part)
    os.replace(part, path)


def load_checkpoint(path, model, optimizer, scheduler):
    if not os.path.isfile(path):
        raise ValueError(f"no such file: {path}")
    if os.path.getsize(path) == 0:
        return 0
    try:
        m, o, s, rng, step = torch.load(path, weights_only=True)
    except Exception as e:
        raise ValueError(f"unreadable: {path}") from e
    model.load_state_dict(m), optimizer.load_state_dict(o), scheduler.load_state_dict(s)
    torch.set_rng_state(rng)
    return step
