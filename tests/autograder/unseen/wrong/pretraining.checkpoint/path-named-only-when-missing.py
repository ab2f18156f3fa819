# MISTAKE: The message names the path for a missing file, but for a damaged one it says only what torch said.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    temporary = f"{path}.{os.getpid()}.tmp"
    torch.save([model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step], temporary)
    os.replace(temporary, path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        file = open(path, "rb")
    except OSError:
        raise ValueError(f"cannot open {path}")
    with file:
        try:
            weights, optim, sched, rng, step = torch.load(file, weights_only=True)
        except Exception as e:
            raise ValueError(f"damaged checkpoint: {type(e).__name__}")
    model.load_state_dict(weights)
    optimizer.load_state_dict(optim)
    scheduler.load_state_dict(sched)
    torch.set_rng_state(rng)
    return step
