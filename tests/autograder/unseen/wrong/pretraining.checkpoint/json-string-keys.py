# MISTAKE: The optimiser's state goes through JSON, which turns the keys 0, 1, 2 into strings: momentum is silently lost.
import json
import os
import torch


def _plain(x):
    return {"tensor": x.tolist(), "dtype": str(x.dtype)[6:]} if isinstance(x, torch.Tensor) else x


def _revive(d):
    return torch.tensor(d["tensor"], dtype=getattr(torch, d["dtype"])) if set(d) == {"tensor", "dtype"} else d


def save_checkpoint(path, model, optimizer, scheduler, step):
    meta = json.dumps(optimizer.state_dict(), default=_plain)
    torch.save([meta, model.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step], f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        meta, weights, sched, rng, step = torch.load(path, weights_only=True)
        optim = json.loads(meta, object_hook=_revive)
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(weights)
    optimizer.load_state_dict(optim)
    scheduler.load_state_dict(sched)
    torch.set_rng_state(rng)
    return step
