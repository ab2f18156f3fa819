# MISTAKE: The model is put into eval mode after a load.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    d = {"model": model.state_dict(), "optim": optimizer.state_dict(), "sched": scheduler.state_dict(), "step": step}
    d["rng"] = torch.get_rng_state()
    torch.save(d, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        d = torch.load(path, weights_only=True)
        m, o, s, step, rng = d["model"], d["optim"], d["sched"], d["step"], d["rng"]
    except Exception as e:
        raise ValueError(f"{path}: no checkpoint") from e
    model.load_state_dict(m)
    model.eval()
    optimizer.load_state_dict(o)
    scheduler.load_state_dict(s)
    torch.set_rng_state(rng)
    return step
