# MISTAKE: Keys are saved with a "model." prefix and loaded with strict=False: none of them fits and nothing is loaded.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    state = {"model." + k: v for k, v in model.state_dict().items()}
    torch.save({"state_dict": state, "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict(),
                "rng": torch.get_rng_state(), "step": step}, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        ckpt = torch.load(path, weights_only=True)
        weights = ckpt["state_dict"]
        step = ckpt["step"]
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    model.load_state_dict(weights, strict=False)
    optimizer.load_state_dict(ckpt["optimizer"])
    scheduler.load_state_dict(ckpt["scheduler"])
    torch.set_rng_state(ckpt["rng"])
    return step
