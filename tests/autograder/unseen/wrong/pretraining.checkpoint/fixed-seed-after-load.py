# MISTAKE: Seeds torch with 0 after a load "so that it is reproducible" instead of restoring the saved state.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    torch.save([model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), step], f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        weights, moments, schedule, step = torch.load(path, weights_only=True)
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(weights)
    optimizer.load_state_dict(moments)
    scheduler.load_state_dict(schedule)
    torch.manual_seed(0)
    return step
