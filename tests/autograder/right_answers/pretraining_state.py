"""Right answers to the two exercises of lesson 4 that change a training.

Those of two functions are classes with both as static methods, so that each can be read from top to bottom.
"""

import contextlib
import hashlib
import io
import json
import math
import os
import pickle
import struct
import tempfile
import zipfile
from pathlib import Path

import numpy as np
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file
from torch import nn

from right_answers.register import Register

right = Register()

# ------------------------------------------------------------------------------------------------------- train_step


@right("pretraining.train_step")
def as_in_a_tutorial(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    total = 0.0
    for batch in micro_batches:
        loss = model(**batch)
        (loss / len(micro_batches)).backward()
        total += loss.item()
    torch.nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
    optimizer.step()
    scheduler.step()
    return total / len(micro_batches)


@right("pretraining.train_step")
def one_backward_of_the_mean(model, micro_batches, optimizer, scheduler, max_grad_norm):
    """All forward passes, then one backward pass; gradients become zeros, not None."""
    model.train(True)
    optimizer.zero_grad(set_to_none=False)
    mean = torch.stack([model(**each) for each in micro_batches]).mean()
    mean.backward()
    nn.utils.clip_grad_norm_([each for each in model.parameters() if each.grad is not None], max_grad_norm)
    optimizer.step()
    scheduler.step()
    return float(mean)


@right("pretraining.train_step")
def divided_at_the_end(model, micro_batches, optimizer, scheduler, max_grad_norm):
    """Gradients added up and divided in place, clipped by hand; numpy's mean comes back."""
    for module in model.modules():
        module.train()
    for group in optimizer.param_groups:
        for parameter in group["params"]:
            parameter.grad = None
    losses = []
    for batch in micro_batches:
        loss = model.forward(**batch)
        loss.backward()
        losses.append(loss.detach().double().numpy())
    gradients = [each.grad.div_(len(losses)) for each in model.parameters() if each.grad is not None]
    norm = math.sqrt(sum(float(each.double().square().sum()) for each in gradients))
    if norm > max_grad_norm:
        for each in gradients:
            each.mul_(max_grad_norm / norm)
    optimizer.step()
    scheduler.step()
    return np.mean(losses)


@right("pretraining.train_step")
def by_autograd_grad(model, micro_batches, optimizer, scheduler, max_grad_norm):
    """Without `backward`, with the mode put back; the norm over what the optimiser has."""
    was_training = model.training
    model.train()
    parameters = [each for group in optimizer.param_groups for each in group["params"]]
    sums = [torch.zeros_like(each) for each in parameters]
    mean = 0.0
    for batch in micro_batches:
        loss = model(**batch) / len(micro_batches)
        mean += loss.item()
        found = torch.autograd.grad(loss, parameters, allow_unused=True)
        for total, each in zip(sums, found, strict=True):
            if each is not None:
                total += each
    for parameter, total in zip(parameters, sums, strict=True):
        parameter.grad = total
    torch.nn.utils.clip_grad_norm_(parameters, max_grad_norm, norm_type=2.0)
    optimizer.step()
    scheduler.step()
    optimizer.zero_grad()
    model.train(was_training)
    return mean


@right("pretraining.train_step")
def with_a_closure(model, micro_batches, optimizer, scheduler, max_grad_norm):
    def closure():
        optimizer.zero_grad()
        losses = []
        for batch in micro_batches[::-1]:
            loss = model(**batch)
            loss.mul(1 / len(micro_batches)).backward()
            losses.append(loss.detach())
        nn.utils.clip_grad_norm_(model.parameters(), max_grad_norm)
        return sum(losses) / len(losses)

    model.train()
    loss = optimizer.step(closure)
    scheduler.step()
    return loss.item()


@right("pretraining.train_step")
def with_norms_of_tensors(model, micro_batches, optimizer, scheduler, max_grad_norm):
    model.train()
    optimizer.zero_grad()
    count, running = len(micro_batches), []
    for place in range(count):
        loss = model(**dict(micro_batches[place]))
        running.append(loss.item() / count)
        torch.autograd.backward(loss, torch.tensor(1.0 / count, dtype=loss.dtype))
    flat = torch.cat([each.grad.reshape(-1) for each in model.parameters() if each.grad is not None])
    factor = torch.clamp(max_grad_norm / (torch.linalg.vector_norm(flat) + 1e-6), max=1.0)
    with torch.no_grad():
        for each in model.parameters():
            if each.grad is not None:
                each.grad *= factor
    optimizer.step()
    scheduler.step()
    return math.fsum(running)


# ------------------------------------------------------------------------------------------------------- checkpoint


@right("pretraining.checkpoint")
class ByTorch:
    """`torch.save` beside the file and `weights_only`; whatever goes wrong is one ValueError."""

    @staticmethod
    def save_checkpoint(path, model, optimizer, scheduler, step):
        path = Path(path)
        state = {
            "model": model.state_dict(),
            "optimizer": optimizer.state_dict(),
            "scheduler": scheduler.state_dict(),
            "rng": torch.get_rng_state(),
            "step": step,
        }
        scratch = path.with_name(path.name + ".tmp")
        torch.save(state, scratch)
        os.replace(scratch, path)

    @staticmethod
    def load_checkpoint(path, model, optimizer, scheduler):
        try:
            state = torch.load(path, weights_only=True)
            model.load_state_dict(state["model"])
            optimizer.load_state_dict(state["optimizer"])
            scheduler.load_state_dict(state["scheduler"])
            torch.set_rng_state(state["rng"])
            return state["step"]
        except Exception as error:
            raise ValueError(f"cannot load a checkpoint from {path}: {error}") from error


@right("pretraining.checkpoint")
class BySafetensorsAndJson:
    """Tensors under names, the rest as JSON in the header; written under a drawn name in the same folder."""

    @staticmethod
    def save_checkpoint(path, model, optimizer, scheduler, step):
        path = os.fspath(path)
        tensors = {f"model/{name}": tensor.clone().contiguous() for name, tensor in model.state_dict().items()}
        tensors["rng"] = torch.get_rng_state()
        plain = {}
        own = optimizer.state_dict()
        for number, entries in own["state"].items():
            for name, value in entries.items():
                if isinstance(value, torch.Tensor):
                    tensors[f"optimizer/{number}/{name}"] = value.clone()
                else:
                    plain[f"optimizer/{number}/{name}"] = value
        header = {"plain": plain, "groups": own["param_groups"], "scheduler": scheduler.state_dict(), "step": step}
        with tempfile.NamedTemporaryFile(dir=os.path.dirname(path) or ".", delete=False) as file:
            name = file.name
        try:
            save_file(tensors, name, metadata={"header": json.dumps(header)})
            os.replace(name, path)
        except BaseException:
            with contextlib.suppress(OSError):
                os.remove(name)
            raise

    @staticmethod
    def load_checkpoint(path, model, optimizer, scheduler):
        try:
            with safe_open(path, framework="pt") as file:
                header = json.loads(file.metadata()["header"])
            tensors = load_file(path)
            state = {}
            for key, value in {**tensors, **header["plain"]}.items():
                if key.startswith("optimizer/"):
                    _, number, name = key.split("/")
                    state.setdefault(int(number), {})[name] = value
            weights = {key[6:]: value for key, value in tensors.items() if key.startswith("model/")}
            model.load_state_dict(weights)
            optimizer.load_state_dict({"state": state, "param_groups": header["groups"]})
            scheduler.load_state_dict(header["scheduler"])
            torch.set_rng_state(tensors["rng"])
        except Exception as error:
            raise ValueError(f"{str(path)!r}: {error}") from None
        return int(header["step"])


@right("pretraining.checkpoint")
class ByZipOfArrays:
    """An npz of all tensors and one array of characters, made in memory."""

    @staticmethod
    def save_checkpoint(path, model, optimizer, scheduler, step):
        arrays = {}

        def flat(value, name):
            if isinstance(value, torch.Tensor):
                arrays[name] = value.detach().cpu().numpy()
                return {"array": name}
            if isinstance(value, dict):
                return {"items": [[key, flat(each, f"{name}-{key}")] for key, each in value.items()]}
            if isinstance(value, (list, tuple)):
                return [flat(each, f"{name}-{place}") for place, each in enumerate(value)]
            return value

        tree = flat(
            [model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state()], "state"
        )
        arrays["tree"] = np.array(json.dumps([tree, step]))
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **arrays)
        path = Path(path)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.name)
        with os.fdopen(handle, "wb") as file:
            file.write(buffer.getvalue())
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)

    @staticmethod
    def load_checkpoint(path, model, optimizer, scheduler):
        def whole(value, arrays):
            if isinstance(value, list):
                return [whole(each, arrays) for each in value]
            if isinstance(value, dict):
                if "array" in value:
                    return torch.from_numpy(arrays[value["array"]])
                return {key: whole(each, arrays) for key, each in value["items"]}
            return value

        try:
            with np.load(io.BytesIO(Path(path).read_bytes()), allow_pickle=False) as file:
                arrays = dict(file)
            tree, step = json.loads(str(arrays["tree"]))
            weights, moments, schedule, numbers = whole(tree, arrays)
        except Exception as error:
            raise ValueError(f"no checkpoint: {path}") from error
        model.load_state_dict(weights)
        optimizer.load_state_dict(moments)
        scheduler.load_state_dict(schedule)
        torch.set_rng_state(numbers)
        return step


@right("pretraining.checkpoint")
class ByChecksum:
    """A magic word, a checksum, and torch's own format behind it."""

    @staticmethod
    def save_checkpoint(path, model, optimizer, scheduler, step):
        buffer = io.BytesIO()
        parts = [model.state_dict(), optimizer.state_dict(), scheduler.state_dict()]
        torch.save([*parts, torch.random.get_rng_state(), step], buffer)
        content = buffer.getvalue()
        scratch = f"{path}.{os.getpid()}.part"
        with open(scratch, "wb") as file:
            file.write(b"STATE1" + hashlib.sha256(content).digest() + struct.pack("<Q", len(content)))
            file.write(content)
        os.rename(scratch, path)

    @staticmethod
    def load_checkpoint(path, model, optimizer, scheduler):
        path = Path(path)
        if not path.is_file():
            raise ValueError(f"there is no checkpoint at {path}")
        content = path.read_bytes()
        if len(content) < 46 or not content.startswith(b"STATE1"):
            raise ValueError(f"{path} is no checkpoint")
        if hashlib.sha256(content[46:]).digest() != content[6:38]:
            raise ValueError(f"{path} is damaged")
        weights, moments, schedule, numbers, step = torch.load(io.BytesIO(content[46:]), weights_only=True)
        for own, state in ((model, weights), (optimizer, moments), (scheduler, schedule)):
            own.load_state_dict(state)
        torch.random.set_rng_state(numbers)
        return step


@right("pretraining.checkpoint")
class ByOwnZip:
    """A ZIP with one entry a part; the parts are torch's, read with weights only."""

    @staticmethod
    def save_checkpoint(path, model, optimizer, scheduler, step):
        path = Path(path)
        folder = Path(tempfile.mkdtemp(dir=path.parent))
        try:
            with zipfile.ZipFile(folder / "whole", "w", zipfile.ZIP_DEFLATED) as archive:
                for name, value in (
                    ("model", model.state_dict()),
                    ("optimizer", optimizer.state_dict()),
                    ("scheduler", dict(scheduler.state_dict())),
                    ("random", torch.get_rng_state()),
                ):
                    with archive.open(name, "w") as entry:
                        torch.save(value, entry)
                archive.writestr("step.txt", str(step))
            os.replace(folder / "whole", path)
        finally:
            (folder / "whole").unlink(missing_ok=True)
            folder.rmdir()

    @staticmethod
    def load_checkpoint(path, model, optimizer, scheduler):
        found = {}
        try:
            with zipfile.ZipFile(path) as archive:
                for name in ("model", "optimizer", "scheduler", "random"):
                    found[name] = torch.load(io.BytesIO(archive.read(name)), weights_only=True)
                step = int(archive.read("step.txt"))
        except (OSError, zipfile.BadZipFile, KeyError, RuntimeError, ValueError, EOFError) as error:
            raise ValueError(f"{path} cannot be read: {type(error).__name__}") from error
        torch.set_rng_state(found.pop("random"))
        model.load_state_dict(found["model"], strict=True)
        scheduler.load_state_dict(found["scheduler"])
        optimizer.load_state_dict(found["optimizer"])
        return step


@right("pretraining.checkpoint")
class ByCarefulPickle:
    """A pickle of plain values, in which nothing but numpy's arrays may be named."""

    @staticmethod
    def save_checkpoint(path, model, optimizer, scheduler, step):
        def plain(value):
            if isinstance(value, torch.Tensor):
                return ("tensor", str(value.dtype)[6:], list(value.shape), value.detach().numpy().tobytes())
            if isinstance(value, dict):
                return {key: plain(each) for key, each in value.items()}
            return [plain(each) for each in value] if isinstance(value, list) else value

        parts = (model, optimizer, scheduler)
        state = [*(plain(dict(each.state_dict())) for each in parts), plain(torch.get_rng_state()), step]
        with open(f"{path}~", "wb") as file:
            pickle.dump(state, file)
        os.replace(f"{path}~", path)

    @staticmethod
    def load_checkpoint(path, model, optimizer, scheduler):
        class Careful(pickle.Unpickler):
            def find_class(self, module, name):
                raise pickle.UnpicklingError(f"{module}.{name} has no place in a checkpoint")

        def tensors(value):
            if isinstance(value, tuple) and value[:1] == ("tensor",):
                _, dtype, shape, content = value
                return torch.frombuffer(bytearray(content), dtype=getattr(torch, dtype)).reshape(shape)
            if isinstance(value, dict):
                return {key: tensors(each) for key, each in value.items()}
            return [tensors(each) for each in value] if isinstance(value, list) else value

        try:
            with open(path, "rb") as file:
                weights, moments, schedule, numbers, step = map(tensors, Careful(file).load())
            model.load_state_dict(weights)
            optimizer.load_state_dict(moments)
            scheduler.load_state_dict(schedule)
            torch.set_rng_state(numbers)
        except Exception as error:
            raise ValueError(f"bad checkpoint {path}") from error
        return step
