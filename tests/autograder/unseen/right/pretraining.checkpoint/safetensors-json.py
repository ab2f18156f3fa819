# RIGHT: one safetensors file; everything that is no tensor is JSON in its metadata, with dicts as lists of pairs
import json
import os
import tempfile

import torch
from safetensors import safe_open
from safetensors.torch import save


def _pack(value, tensors):
    if isinstance(value, torch.Tensor):
        tensors.append(value.detach().clone().contiguous())
        return ["tensor", len(tensors) - 1]
    if isinstance(value, dict):
        return ["dict", [[_pack(k, tensors), _pack(v, tensors)] for k, v in value.items()]]
    if isinstance(value, (list, tuple)):
        kind = "tuple" if isinstance(value, tuple) else "list"
        return [kind, [_pack(v, tensors) for v in value]]
    return ["plain", value]


def _unpack(node, tensors):
    kind, value = node
    if kind == "tensor":
        return tensors[str(value)]
    if kind == "dict":
        return {_unpack(k, tensors): _unpack(v, tensors) for k, v in value}
    if kind in ("list", "tuple"):
        items = [_unpack(v, tensors) for v in value]
        return tuple(items) if kind == "tuple" else items
    return value


def save_checkpoint(path, model, optimizer, scheduler, step):
    tensors = []
    everything = [model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step]
    tree = _pack(everything, tensors)
    blob = save({str(i): t for i, t in enumerate(tensors)}, metadata={"tree": json.dumps(tree)})
    folder = os.path.dirname(os.path.abspath(path))
    handle, name = tempfile.mkstemp(dir=folder)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(blob)
        os.replace(name, path)
    except BaseException:
        if os.path.exists(name):
            os.unlink(name)
        raise


def load_checkpoint(path, model, optimizer, scheduler):
    try:
        with safe_open(path, framework="pt") as file:
            tree = json.loads(file.metadata()["tree"])
            tensors = {key: file.get_tensor(key) for key in file.keys()}
        weights, optim, sched, rng, step = _unpack(tree, tensors)
    except Exception as error:
        raise ValueError(f"no checkpoint in {path}: {error!r}") from None
    model.load_state_dict(weights)
    optimizer.load_state_dict(optim)
    scheduler.load_state_dict(sched)
    torch.set_rng_state(rng)
    return step
