# MISTAKE: os.replace runs while the file is still open: its last bytes are not written yet, and a death right then leaves a cut file.
import os
import pickle
import io
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    memory = io.BytesIO()
    torch.save([model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step], memory)
    data = memory.getvalue()
    with open(f"{path}.tmp", "wb", buffering=1 << 16) as file:
        for start in range(0, len(data), 1024):
            file.write(data[start : start + 1024])
        os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        m, o, s, rng, step = torch.load(path, weights_only=True)
    except (OSError, RuntimeError, EOFError, ValueError, TypeError, KeyError, pickle.UnpicklingError, IndexError) as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(m)
    optimizer.load_state_dict(o)
    scheduler.load_state_dict(s)
    torch.set_rng_state(rng)
    return step
