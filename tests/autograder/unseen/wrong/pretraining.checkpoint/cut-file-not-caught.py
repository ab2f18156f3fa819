# MISTAKE: Looks only whether the file exists and is not empty; one that was cut short raises torch's RuntimeError.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    state = {"weights": model.state_dict(), "optim": optimizer.state_dict(), "sched": scheduler.state_dict(),
             "rng": torch.get_rng_state(), "step": step}
    torch.save(state, f"{path}.saving")
    os.replace(f"{path}.saving", path)


def load_checkpoint(path, model, optimizer, scheduler):
    if not os.path.isfile(path):
        raise ValueError(f"{path} does not exist")
    if os.stat(path).st_size == 0:
        raise ValueError(f"{path} is empty")
    state = torch.load(path, weights_only=True)
    model.load_state_dict(state["weights"])
    optimizer.load_state_dict(state["optim"])
    scheduler.load_state_dict(state["sched"])
    torch.set_rng_state(state["rng"])
    return state["step"]
