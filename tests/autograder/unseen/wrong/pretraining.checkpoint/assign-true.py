# MISTAKE: load_state_dict(assign=True) puts new parameters into the model; the optimiser goes on with the old ones.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    torch.save([model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step], f"{path}.t")
    os.replace(f"{path}.t", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        m, o, s, rng, step = torch.load(path, weights_only=True, mmap=False)
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(m, assign=True)
    optimizer.load_state_dict(o)
    scheduler.load_state_dict(s)
    torch.set_rng_state(rng)
    return step
