# MISTAKE: Every floating tensor of the model is stored as float32: a float64 model or buffer comes back rounded.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    weights = model.state_dict()
    for name in weights:
        if weights[name].is_floating_point():
            weights[name] = weights[name].to(torch.float32)
    state = {"weights": weights, "optim": optimizer.state_dict(), "sched": scheduler.state_dict()}
    state.update({"rng": torch.get_rng_state(), "step": step})
    torch.save(state, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        state = torch.load(path, weights_only=True)
        weights, step = state["weights"], state["step"]
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(weights)
    optimizer.load_state_dict(state["optim"])
    scheduler.load_state_dict(state["sched"])
    torch.set_rng_state(state["rng"])
    return step
