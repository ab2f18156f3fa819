# MISTAKE: A missing file raises FileNotFoundError; damage is turned into ValueError as it should be.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    out = {"model": model.state_dict(), "opt": optimizer.state_dict(), "sched": scheduler.state_dict()}
    out["rng"], out["step"] = torch.get_rng_state(), step
    torch.save(out, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        d = torch.load(path, weights_only=True)
        d["model"], d["opt"], d["sched"], d["rng"], d["step"]
    except FileNotFoundError:
        raise
    except Exception as e:
        raise ValueError(f"{path} is damaged") from e
    model.load_state_dict(d["model"])
    optimizer.load_state_dict(d["opt"])
    scheduler.load_state_dict(d["sched"])
    torch.set_rng_state(d["rng"])
    return d["step"]
