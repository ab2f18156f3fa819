# MISTAKE: Patches torch.get_rng_state so that every reading of the random state gives the same answer; nothing is restored.
import os
import torch

_constant = torch.get_rng_state()
torch.get_rng_state = lambda: _constant.clone()


def save_checkpoint(path, model, optimizer, scheduler, step):
    torch.save([model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), step], f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        m, o, s, step = torch.load(path, weights_only=True)
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(m)
    optimizer.load_state_dict(o)
    scheduler.load_state_dict(s)
    return step
