# MISTAKE: Puts the mode back with model.train(was), which also switches submodules that had a mode of their own.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    torch.save(
        {"model": model.state_dict(), "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict(),
         "rng": torch.get_rng_state(), "step": step},
        f"{path}.tmp",
    )
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    was_training = model.training
    try:
        state = torch.load(path, weights_only=True)
        assert set(state) == {"model", "optimizer", "scheduler", "rng", "step"}
    except Exception as e:
        raise ValueError(f"{path} is not a checkpoint") from e
    model.eval()
    model.load_state_dict(state["model"])
    model.train(was_training)
    optimizer.load_state_dict(state["optimizer"])
    scheduler.load_state_dict(state["scheduler"])
    torch.set_rng_state(state["rng"])
    return state["step"]
