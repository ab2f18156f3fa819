# MISTAKE: The load runs inside torch.random.fork_rng, which puts the state from before the load back at its end.
import os
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    torch.save({"m": model.state_dict(), "o": optimizer.state_dict(), "s": scheduler.state_dict(),
                "r": torch.get_rng_state(), "k": step}, f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_checkpoint(path, model, optimizer, scheduler):
    with torch.random.fork_rng(devices=[]):
        try:
            d = torch.load(path, weights_only=True)
            m, o, s, r, k = d["m"], d["o"], d["s"], d["r"], d["k"]
        except Exception as e:
            raise ValueError(f"{path} holds no checkpoint") from e
        model.load_state_dict(m)
        optimizer.load_state_dict(o)
        scheduler.load_state_dict(s)
        torch.set_rng_state(r)
    return k
