# RIGHT: plain JSON text with tensors in base64 and a closing checksum line
import base64
import hashlib
import json
import os

import torch


class Encoder:
    def __call__(self, x):
        if isinstance(x, torch.Tensor):
            raw = bytes(x.detach().contiguous().reshape(-1).view(torch.uint8).tolist())
            return {"$tensor": base64.b64encode(raw).decode(), "dtype": str(x.dtype)[6:], "shape": list(x.shape)}
        if isinstance(x, dict):
            return {"$dict": [[self(k), self(v)] for k, v in x.items()]}
        if isinstance(x, tuple):
            return {"$tuple": [self(v) for v in x]}
        if isinstance(x, list):
            return [self(v) for v in x]
        return x


def decode(x):
    match x:
        case {"$tensor": text, "dtype": dtype, "shape": shape}:
            raw = bytearray(base64.b64decode(text))
            if not raw:
                return torch.empty(shape, dtype=getattr(torch, dtype))
            return torch.frombuffer(raw, dtype=torch.uint8).view(getattr(torch, dtype)).reshape(shape)
        case {"$dict": pairs}:
            return {decode(k): decode(v) for k, v in pairs}
        case {"$tuple": items}:
            return tuple(decode(v) for v in items)
        case list():
            return [decode(v) for v in x]
    return x


def save_checkpoint(path, model, optimizer, scheduler, step):
    state = (model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step)
    text = json.dumps(Encoder()(state))
    digest = hashlib.blake2b(text.encode()).hexdigest()
    temporary = str(path) + f".{os.getpid()}"
    with open(temporary, "w") as file:
        print(text, digest, sep="\n", file=file)
    os.replace(temporary, path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        with open(path) as file:
            text, digest, rest = file.read().split("\n")
        if rest or hashlib.blake2b(text.encode()).hexdigest() != digest:
            raise ValueError("checksum")
        weights, optim, sched, rng, step = decode(json.loads(text))
    except Exception as error:
        raise ValueError(f"{path} is no whole checkpoint") from error
    model.load_state_dict(weights)
    optimizer.load_state_dict(optim)
    scheduler.load_state_dict(sched)
    torch.set_rng_state(rng)
    return step
