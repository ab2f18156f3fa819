# MISTAKE: Writes straight to path: a save that dies half-way leaves half a file and the old one is gone.
import torch


def save_checkpoint(path, model, optimizer, scheduler, step):
    torch.save(
        dict(
            model=model.state_dict(),
            optimizer=optimizer.state_dict(),
            scheduler=scheduler.state_dict(),
            rng=torch.get_rng_state(),
            step=step,
        ),
        path,
    )


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        c = torch.load(path, weights_only=True)
        w, o, s, r, k = c["model"], c["optimizer"], c["scheduler"], c["rng"], c["step"]
    except Exception as e:
        raise ValueError(f"bad checkpoint {path}") from e
    model.load_state_dict(w)
    optimizer.load_state_dict(o)
    scheduler.load_state_dict(s)
    torch.set_rng_state(r)
    return k
