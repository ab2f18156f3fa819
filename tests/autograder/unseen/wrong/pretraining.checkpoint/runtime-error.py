# MISTAKE: Raises RuntimeError, not ValueError, for a missing or damaged file.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    torch.save([step, torch.get_rng_state(), model.state_dict(), optimizer.state_dict(), scheduler.state_dict()], f"{path}-")
    os.replace(f"{path}-", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        step, rng, *states = torch.load(path, weights_only=True)
    except Exception as e:
        raise RuntimeError(f"cannot load checkpoint {path}") from e
    for target, state in zip((model, optimizer, scheduler), states):
        target.load_state_dict(state)
    torch.set_rng_state(rng)
    return step
