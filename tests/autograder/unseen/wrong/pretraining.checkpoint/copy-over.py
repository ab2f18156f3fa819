# MISTAKE: Copies the finished temporary file over the old one byte by byte, which is as breakable as writing directly.
import os
import shutil
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    temporary = f"{path}.tmp"
    torch.save((step, torch.get_rng_state(), *(x.state_dict() for x in (model, optimizer, scheduler))), temporary)
    shutil.copyfile(temporary, path)
    os.remove(temporary)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        step, rng, a, b, c = torch.load(path, weights_only=True)
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(a)
    optimizer.load_state_dict(b)
    scheduler.load_state_dict(c)
    torch.set_rng_state(rng)
    return step
