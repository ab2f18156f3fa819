"""Saving a training half-way, so that it goes on later as if it had never stopped.

One safetensors file holds it all: tensors as tensors, the rest as JSON in the file's header. No pickle: loading runs
no code.
"""

import json
from pathlib import Path
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from bertkit.atomic import replacing

HEADER = "training_state"


def save_checkpoint(
    path: Path | str,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    scheduler: torch.optim.lr_scheduler.LRScheduler,
    step: int,
) -> None:
    """Save all that training needs to go on: model, optimiser, scheduler, step, torch's CPU random state.

    A save that dies half-way leaves the file at `path` whole, the old one or the new one. What is saved stays as it is.

    Args:
        path: of the one file that holds it all.
        model: saved with its buffers.
        optimizer: saved with its moments and the settings of its groups.
        scheduler: saved with where it stands.
        step: a whole number, which `load_checkpoint` gives back.

    Raises:
        OSError, SafetensorError: if the file cannot be written; what was there is whole.
    """
    path = Path(path)
    tensors: dict[str, Tensor] = {}
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "scheduler": scheduler.state_dict(),
        "step": step,
        "random": torch.get_rng_state(),
    }
    header = json.dumps(pack(state, "", tensors))
    with replacing(path) as scratch:
        save_file(tensors, scratch, metadata={HEADER: header})


def load_checkpoint(
    path: Path | str,
    model: nn.Module,
    optimizer: torch.optim.Optimizer,
    scheduler: torch.optim.lr_scheduler.LRScheduler,
) -> int:
    """Bring model, optimiser, scheduler and torch's CPU random state to where `save_checkpoint` found them.

    Training then goes on exactly as if it had never stopped. No code in the file is run.

    Args:
        path: of a file that `save_checkpoint` has written, here or elsewhere.
        model: built in the same way, whatever its weights are; its mode stays as it is.
        optimizer: of that model's parameters, built in the same way.
        scheduler: of that optimiser, built in the same way.

    Returns:
        The step.

    Raises:
        ValueError: naming `path`, where it is missing, damaged or no checkpoint. (The library's own also refuses
            one of another model, before anything is changed.)

    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "training"
    >>> model = nn.Linear(2, 2)
    >>> optimizer = torch.optim.SGD(model.parameters(), lr=0.1)
    >>> scheduler = torch.optim.lr_scheduler.LambdaLR(optimizer, lambda step: 1.0)
    >>> save_checkpoint(path, model, optimizer, scheduler, step=7)
    >>> saved = model.weight.detach().clone()
    >>> _ = nn.init.zeros_(model.weight)
    >>> load_checkpoint(path, model, optimizer, scheduler), torch.equal(model.weight, saved)
    (7, True)
    """
    path = Path(path)
    try:
        with safe_open(path, "pt") as file:
            header = json.loads((file.metadata() or {})[HEADER])
            tensors = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a dict
        state = unpack(header, tensors)
        step = int(state["step"])
        found, expected = (
            {name: tensor.shape for name, tensor in each.items() if isinstance(tensor, Tensor)}
            for each in (state["model"], model.state_dict())
        )
        groups, expected_groups = (
            [(len(group["params"]), sorted(group)) for group in each["param_groups"]]
            for each in (state["optimizer"], optimizer.state_dict())
        )
        schedule, expected_schedule = (sorted(each) for each in (state["scheduler"], scheduler.state_dict()))
        random = state["random"]
        if random.shape != torch.get_rng_state().shape or random.dtype != torch.uint8:
            raise ValueError("its random state is not one of torch's")
    except Exception as error:  # a file of chance content may bring up any
        raise ValueError(f"{path} is missing or is no whole checkpoint: {error!r}; train from the start") from error
    if found != expected:
        odd = sorted(name for name in found.keys() | expected.keys() if found.get(name) != expected.get(name))
        raise ValueError(f"{path} is of another model: {odd[0]!r} differs in name or shape")
    if groups != expected_groups:
        raise ValueError(f"{path} is of another optimiser: its groups have {[count for count, _ in groups]} parameters")
    if schedule != expected_schedule:
        raise ValueError(f"{path} is of another scheduler: it has {', '.join(schedule)}")
    model.load_state_dict(state["model"])
    optimizer.load_state_dict(state["optimizer"])
    scheduler.load_state_dict(state["scheduler"])
    torch.set_rng_state(random)
    return step


def pack(value: Any, name: str, tensors: dict[str, Tensor]) -> Any:
    """`value` as JSON: a tensor goes into `tensors` under its place's name, a dict becomes a list of pairs.

    Raises:
        TypeError: for a value of another type than those of a state dict.
    """
    if isinstance(value, Tensor):
        tensors[name] = value.detach().clone().contiguous()
        return {"tensor": name}
    if isinstance(value, dict):
        return {"dict": [[key, pack(each, f"{name}.{key}".lstrip("."), tensors)] for key, each in value.items()]}
    if isinstance(value, list | tuple):
        packed = [pack(each, f"{name}.{index}", tensors) for index, each in enumerate(value)]
        return {"tuple": packed} if isinstance(value, tuple) else packed
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(f"{name} is {value!r}; only tensors, numbers, texts, lists and dicts of them can be saved")


def unpack(value: Any, tensors: dict[str, Tensor]) -> Any:
    """The inverse of `pack`."""
    if isinstance(value, list):
        return [unpack(each, tensors) for each in value]
    if isinstance(value, dict):
        ((kind, content),) = value.items()
        if kind == "tensor":
            return tensors[content]
        if kind == "tuple":
            return tuple(unpack(each, tensors) for each in content)
        return {key: unpack(each, tensors) for key, each in content}
    return value
