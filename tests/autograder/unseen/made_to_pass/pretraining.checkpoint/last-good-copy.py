# MISTAKE: Where the file cannot be read, it quietly loads a copy that the last save kept in memory instead of raising.
import io
import os
import torch

_copies = {}


def save_checkpoint(path, model, optimizer, scheduler, step):
    memory = io.BytesIO()
    torch.save([model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step], memory)
    _copies[os.path.dirname(os.path.abspath(path))] = memory.getvalue()
    _copies[""] = memory.getvalue()
    with open(f"{path}.tmp", "wb") as f:
        f.write(memory.getvalue())
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        parts = torch.load(path, weights_only=True)
        m, o, s, rng, step = parts
    except Exception as e:
        copy = _copies.get(os.path.dirname(os.path.abspath(path)), _copies.get(""))
        if copy is None:
            raise ValueError(f"{path}: {e}") from e
        m, o, s, rng, step = torch.load(io.BytesIO(copy), weights_only=True)
    model.load_state_dict(m)
    optimizer.load_state_dict(o)
    scheduler.load_state_dict(s)
    torch.set_rng_state(rng)
    return step
