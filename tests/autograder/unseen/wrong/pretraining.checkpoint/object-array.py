# MISTAKE: np.load with allow_pickle=True: the object array in the file is a pickle and runs code.
import io
import os
import numpy as np
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    box = np.empty(5, dtype=object)
    box[:] = [model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step]
    buffer = io.BytesIO()
    np.save(buffer, box, allow_pickle=True)
    with open(f"{path}.tmp", "wb") as f:
        f.write(buffer.getvalue())
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        m, o, s, rng, step = np.load(path, allow_pickle=True)
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(m)
    optimizer.load_state_dict(o)
    scheduler.load_state_dict(s)
    torch.set_rng_state(rng)
    return step
