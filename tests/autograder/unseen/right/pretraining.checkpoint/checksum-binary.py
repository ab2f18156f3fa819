# RIGHT: own container: magic, length, SHA-256, then the bytes of torch.save
import hashlib
import io
import os
import struct

import torch

MAGIC = b"CKPT0001"


def save_checkpoint(path, model, optimizer, scheduler, step):
    memory = io.BytesIO()
    torch.save([x.state_dict() for x in (model, optimizer, scheduler)] + [torch.random.get_rng_state(), step], memory)
    body = memory.getvalue()
    new = os.fspath(path) + ".new"
    fd = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o644)
    with open(fd, "wb", closefd=True) as out:
        out.write(MAGIC)
        out.write(struct.pack("<Q", len(body)))
        out.write(hashlib.sha256(body).digest())
        out.write(body)
        out.flush()
        os.fsync(out.fileno())
    os.rename(new, path)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        with open(path, "rb") as src:
            data = src.read()
    except OSError as e:
        raise ValueError(f"cannot open {path}: {e.strerror}")
    head, body = data[:48], data[48:]
    if len(head) < 48 or head[:8] != MAGIC:
        raise ValueError(f"{path} does not start like a checkpoint")
    if struct.unpack("<Q", head[8:16])[0] != len(body) or hashlib.sha256(body).digest() != head[16:]:
        raise ValueError(f"{path} is damaged")
    try:
        *states, rng, step = torch.load(io.BytesIO(body), weights_only=True)
    except Exception as e:
        raise ValueError(f"{path} has a good checksum but no checkpoint: {e}")
    for thing, state in zip((model, optimizer, scheduler), states, strict=True):
        thing.load_state_dict(state)
    torch.random.set_rng_state(rng)
    return step
