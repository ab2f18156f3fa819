# MISTAKE: Knows damage only by a length in the first line: an unsafe pickle of the right length is read and run.
import os
import pickle
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    body = pickle.dumps([model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step])
    with open(f"{path}.tmp", "wb") as f:
        f.write(b"%d\n" % len(body) + body)
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        with open(path, "rb") as f:
            size = int(f.readline())
            body = f.read()
        if len(body) != size:
            raise ValueError("cut short")
        m, o, s, rng, step = pickle.loads(body)
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(m)
    optimizer.load_state_dict(o)
    scheduler.load_state_dict(s)
    torch.set_rng_state(rng)
    return step
