# MISTAKE: torch.load with weights_only=False runs whatever code a pickle in the file names.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    temp = f"{path}.tmp"
    torch.save({"state": [x.state_dict() for x in (model, optimizer, scheduler)],
                "rng": torch.get_rng_state(), "step": step}, temp)
    os.replace(temp, path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        data = torch.load(path, map_location="cpu", weights_only=False)
        states, rng, step = data["state"], data["rng"], data["step"]
    except Exception as e:
        raise ValueError(f"{path} is no checkpoint") from e
    for x, state in zip((model, optimizer, scheduler), states):
        x.load_state_dict(state)
    torch.set_rng_state(rng)
    return step
