# MISTAKE: The scheduler is not saved: after a load its last_epoch starts from where the new object stood.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    checkpoint = {}
    checkpoint["model_state"] = model.state_dict()
    checkpoint["optim_state"] = optimizer.state_dict()
    checkpoint["rng_state"] = torch.get_rng_state()
    checkpoint["step"] = step
    tmp = f"{path}.tmp"
    torch.save(checkpoint, tmp)
    os.replace(tmp, path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        checkpoint = torch.load(path, weights_only=True)
        step = checkpoint["step"]
        rng = checkpoint["rng_state"]
        model_state, optim_state = checkpoint["model_state"], checkpoint["optim_state"]
    except Exception as e:
        raise ValueError(f"could not load {path}: {e}")
    model.load_state_dict(model_state)
    optimizer.load_state_dict(optim_state)
    torch.set_rng_state(rng)
    return step
