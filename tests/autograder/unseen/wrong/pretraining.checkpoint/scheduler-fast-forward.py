# MISTAKE: Instead of the scheduler's state, calls scheduler.step() step times, on top of what it has done already.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(),
                "rng": torch.get_rng_state(), "step": step}, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        state = torch.load(path, weights_only=True)
        m, o, rng, step = state["model"], state["optimizer"], state["rng"], state["step"]
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(m)
    optimizer.load_state_dict(o)
    for _ in range(step):
        scheduler.step()
    torch.set_rng_state(rng)
    return step
