# MISTAKE: Keeps only floating tensors of the model; integer and boolean buffers (counters, flags) are lost.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    weights = {k: v for k, v in model.state_dict().items() if torch.is_floating_point(v)}
    everything = weights, optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step
    torch.save(everything, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        weights, optim, sched, rng, step = torch.load(path, weights_only=True)
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(weights, strict=False)
    optimizer.load_state_dict(optim)
    scheduler.load_state_dict(sched)
    torch.set_rng_state(rng)
    return step
