# MISTAKE: Only parameters are saved, no buffers: BatchNorm's running statistics keep the values of the new model.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    weights = {name: p.detach().clone() for name, p in model.named_parameters()}
    torch.save([weights, optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step], f"{path}.new")
    os.replace(f"{path}.new", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        weights, o, s, rng, step = torch.load(path, weights_only=True)
    except Exception as e:
        raise ValueError(f"cannot read {path}") from e
    with torch.no_grad():
        for name, p in model.named_parameters():
            p.copy_(weights[name])
    optimizer.load_state_dict(o)
    scheduler.load_state_dict(s)
    torch.set_rng_state(rng)
    return step
