# MISTAKE: Writes directly and puts the old bytes back when an exception comes; a process that is killed leaves half a file.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    old = None
    if os.path.exists(path):
        with open(path, "rb") as f:
            old = f.read()
    try:
        torch.save([model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step], path)
    except BaseException:
        if old is not None:
            with open(path, "wb") as f:
                f.write(old)
        raise


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
