# MISTAKE: Weights at path, everything else in a second file: a death between the two leaves new weights with old moments.
import os
import torch


def _put(value, path):
    torch.save(value, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def save_checkpoint(path, model, optimizer, scheduler, step):
    _put({"weights": model.state_dict(), "step": step}, path)
    _put([optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state()], f"{path}.training")


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        first = torch.load(path, weights_only=True)
        optim, sched, rng = torch.load(f"{path}.training", weights_only=True)
        weights, step = first["weights"], first["step"]
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(weights)
    optimizer.load_state_dict(optim)
    scheduler.load_state_dict(sched)
    torch.set_rng_state(rng)
    return step
