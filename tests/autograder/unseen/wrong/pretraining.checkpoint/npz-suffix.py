# MISTAKE: np.savez adds ".npz" to the name: there is no file at path itself unless it ends so.
import os
import numpy as np
import torch
import io


def save_checkpoint(path, model, optimizer, scheduler, step):
    parts = {"model": model, "optimizer": optimizer, "scheduler": scheduler}
    blobs = {}
    for name, part in parts.items():
        buffer = io.BytesIO()
        torch.save(part.state_dict(), buffer)
        blobs[name] = np.frombuffer(buffer.getvalue(), dtype=np.uint8)
    target = str(path) if str(path).endswith(".npz") else f"{path}.npz"
    np.savez(f"{target}.tmp.npz", rng=torch.get_rng_state().numpy(), step=np.int64(step), **blobs)
    os.replace(f"{target}.tmp.npz", target)


def load_checkpoint(path, model, optimizer, scheduler):
    target = str(path) if str(path).endswith(".npz") else f"{path}.npz"
    try:
        with np.load(target, allow_pickle=False) as z:
            states = [torch.load(io.BytesIO(z[n].tobytes()), weights_only=True) for n in ("model", "optimizer", "scheduler")]
            rng, step = torch.from_numpy(z["rng"]), int(z["step"])
    except Exception as e:
        raise ValueError(f"{path}: {e}") from e
    for part, state in zip((model, optimizer, scheduler), states):
        part.load_state_dict(state)
    torch.set_rng_state(rng)
    return step
