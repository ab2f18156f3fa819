# MISTAKE: The model is put into training mode after a load ("training goes on"), also where it was in eval mode.
import os
import torch


class Bundle:
    def __init__(self, model, optimizer, scheduler):
        self.parts = {"model": model, "optimizer": optimizer, "scheduler": scheduler}

    def pull(self):
        return {k: v.state_dict() for k, v in self.parts.items()}

    def push(self, states):
        for k, v in self.parts.items():
            v.load_state_dict(states[k])
        self.parts["model"].train()


def save_checkpoint(path, model, optimizer, scheduler, step):
    torch.save([Bundle(model, optimizer, scheduler).pull(), torch.get_rng_state(), step], f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        states, rng, step = torch.load(path, weights_only=True)
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    if not isinstance(states, dict):
        raise ValueError(f"{path} is something else")
    Bundle(model, optimizer, scheduler).push(states)
    torch.set_rng_state(rng)
    return step
