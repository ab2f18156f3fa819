# MISTAKE: ValueError without the path in its message.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    torch.save({"model": model.state_dict(), "optimizer": optimizer.state_dict(), "scheduler": scheduler.state_dict(),
                "rng": torch.get_rng_state(), "step": step}, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        ckpt = torch.load(path, weights_only=True)
        keys = {"model", "optimizer", "scheduler", "rng", "step"}
        assert keys == set(ckpt)
    except Exception:
        raise ValueError("the checkpoint is missing or damaged") from None
    model.load_state_dict(ckpt["model"])
    optimizer.load_state_dict(ckpt["optimizer"])
    scheduler.load_state_dict(ckpt["scheduler"])
    torch.set_rng_state(ckpt["rng"])
    return ckpt["step"]
