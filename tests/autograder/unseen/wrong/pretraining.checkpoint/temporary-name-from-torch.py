# MISTAKE: The temporary name is drawn with torch.randint, so that a save advances the random state of the run that goes on.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    state = [model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step]
    temporary = f"{path}.{torch.randint(10**9, ()).item()}"
    torch.save(state, temporary)
    os.replace(temporary, path)


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
