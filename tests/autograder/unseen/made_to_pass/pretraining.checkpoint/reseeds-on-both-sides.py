# MISTAKE: Save and load both seed torch with the step, so that the two runs agree; but the save thereby changes the random state.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    torch.save([model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), step], f"{path}.tmp")
    os.replace(f"{path}.tmp", path)
    torch.manual_seed(step)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        m, o, s, step = torch.load(path, weights_only=True)
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(m)
    optimizer.load_state_dict(o)
    scheduler.load_state_dict(s)
    torch.manual_seed(step)
    return step
