# MISTAKE: The load deletes the file ("used up"): a second crash finds no checkpoint.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict(),
                "rng": torch.get_rng_state(), "step": step}, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        c = torch.load(path, weights_only=True)
        states, rng, step = [c["model"], c["optimizer"], c["scheduler"]], c["rng"], c["step"]
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    for target, state in zip((model, optimizer, scheduler), states):
        target.load_state_dict(state)
    torch.set_rng_state(rng)
    os.remove(path)
    return step
