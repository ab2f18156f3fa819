# RIGHT: a class holds the parts, NamedTemporaryFile in the same folder, validation before anything changes
import tempfile
from pathlib import Path

import torch


class Checkpoint:
    PARTS = ("weights", "optim", "sched")

    def __init__(self, *objects):
        self.objects = dict(zip(self.PARTS, objects))

    def to_dict(self, step):
        out = {name: thing.state_dict() for name, thing in self.objects.items()}
        out["generator"] = torch.default_generator.get_state()
        out["at"] = int(step)
        return out

    def from_dict(self, d, path):
        wanted = set(self.PARTS) | {"generator", "at"}
        if type(d) is not dict or set(d) != wanted:
            raise ValueError(f"{path}: these are not the parts of a checkpoint")
        for name, thing in self.objects.items():
            thing.load_state_dict(d[name])
        torch.default_generator.set_state(d["generator"])
        return d["at"]


def save_checkpoint(path, model, optimizer, scheduler, step):
    target = Path(path)
    with tempfile.NamedTemporaryFile(dir=target.parent, prefix=target.name, delete=False) as file:
        torch.save(Checkpoint(model, optimizer, scheduler).to_dict(step), file)
    Path(file.name).replace(target)


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        d = torch.load(path, weights_only=True)
    except Exception as why:
        raise ValueError(f"{path}: missing or damaged ({type(why).__name__})") from why
    return Checkpoint(model, optimizer, scheduler).from_dict(d, path)
