# RIGHT: np.savez of raw bytes (so bfloat16 works) and a JSON tree, written to a neighbour file, allow_pickle off
import io
import json
import os
from pathlib import Path

import numpy as np
import torch

MAGIC = "bert-course-npz"


def to_tree(x, arrays):
    if torch.is_tensor(x):
        raw = x.detach().cpu().contiguous().reshape(-1).view(torch.uint8).numpy().copy()
        arrays.append(raw)
        return {"t": len(arrays) - 1, "dtype": str(x.dtype).split(".")[1], "shape": list(x.shape)}
    if isinstance(x, dict):
        return {"d": [(to_tree(k, arrays), to_tree(v, arrays)) for k, v in x.items()]}
    if isinstance(x, list):
        return {"l": [to_tree(v, arrays) for v in x]}
    if isinstance(x, tuple):
        return {"u": [to_tree(v, arrays) for v in x]}
    return {"p": x}


def from_tree(x, arrays):
    if "t" in x:
        raw = torch.from_numpy(arrays[f"a{x['t']}"])
        dtype = getattr(torch, x["dtype"])
        return raw.view(dtype).reshape(x["shape"]).clone() if raw.numel() else torch.empty(x["shape"], dtype=dtype)
    if "d" in x:
        return {from_tree(k, arrays): from_tree(v, arrays) for k, v in x["d"]}
    if "l" in x:
        return [from_tree(v, arrays) for v in x["l"]]
    if "u" in x:
        return tuple(from_tree(v, arrays) for v in x["u"])
    return x["p"]


def save_checkpoint(path, model, optimizer, scheduler, step):
    arrays = []
    tree = to_tree(
        {
            "magic": MAGIC,
            "model": dict(model.state_dict()),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "rng": torch.get_rng_state(),
            "step": step,
        },
        arrays,
    )
    buffer = io.BytesIO()
    np.savez(buffer, tree=np.array(json.dumps(tree)), **{f"a{i}": a for i, a in enumerate(arrays)})
    path = Path(path)
    partial = path.parent / (path.name + ".partial")
    partial.write_bytes(buffer.getvalue())
    partial.replace(path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        state = from_tree(json.loads(str(arrays["tree"])), arrays)
        if state["magic"] != MAGIC:
            raise KeyError(MAGIC)
        parts = [state[name] for name in ("model", "optimizer", "scheduler", "rng", "step")]
    except Exception as exc:
        raise ValueError(f"not a (whole) checkpoint: {path}") from exc
    for target, part in zip((model, optimizer, scheduler), parts):
        target.load_state_dict(part)
    torch.set_rng_state(parts[3])
    return parts[4]
