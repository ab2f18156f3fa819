# RIGHT: an SQLite file with one row per part and its CRC, built beside the old one and moved over it
import contextlib
import io
import os
import sqlite3
import zlib

import torch


def _bytes(thing):
    buffer = io.BytesIO()
    torch.save(thing, buffer)
    return buffer.getvalue()


def save_checkpoint(path, model, optimizer, scheduler, step):
    fresh = f"{path}.building"
    if os.path.exists(fresh):
        os.remove(fresh)
    if os.path.exists(fresh + "-journal"):
        os.remove(fresh + "-journal")
    with contextlib.closing(sqlite3.connect(fresh)) as db:
        db.execute("create table part (name text primary key, body blob, crc integer)")
        for name, thing in [
            ("model", model.state_dict()),
            ("optimizer", optimizer.state_dict()),
            ("scheduler", scheduler.state_dict()),
            ("rng", torch.get_rng_state()),
            ("step", step),
        ]:
            body = _bytes(thing)
            db.execute("insert into part values (?, ?, ?)", (name, body, zlib.crc32(body)))
        db.commit()
    os.replace(fresh, path)


def load_checkpoint(path, model, optimizer, scheduler):
    if not os.path.isfile(path):
        raise ValueError(f"there is no file {path}")
    parts = {}
    try:
        with contextlib.closing(sqlite3.connect(path)) as db:
            for name, body, crc in db.execute("select name, body, crc from part"):
                if zlib.crc32(body) != crc:
                    raise ValueError("wrong CRC")
                parts[name] = torch.load(io.BytesIO(body), weights_only=True)
        found = parts["model"], parts["optimizer"], parts["scheduler"], parts["rng"], parts["step"]
    except Exception as error:
        raise ValueError(f"{path} is not a checkpoint or is damaged ({error})") from error
    model.load_state_dict(found[0])
    optimizer.load_state_dict(found[1])
    scheduler.load_state_dict(found[2])
    torch.set_rng_state(found[3])
    return found[4]
