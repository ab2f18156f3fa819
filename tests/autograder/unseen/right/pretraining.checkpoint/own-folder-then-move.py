# RIGHT: written inside a temporary folder beside the target (same disk), old zip-less torch format inside a zip
import io
import os
import tempfile
import zipfile

import torch

NAMES = ["model", "optimizer", "scheduler", "torch_rng", "step"]


def save_checkpoint(path, model, optimizer, scheduler, step):
    values = [model.state_dict(), optimizer.state_dict(), scheduler.state_dict(), torch.get_rng_state(), step]
    parent = os.path.dirname(os.path.realpath(path))
    with tempfile.TemporaryDirectory(dir=parent, prefix=".saving-") as folder:
        inside = os.path.join(folder, "checkpoint")
        with zipfile.ZipFile(inside, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, value in zip(NAMES, values):
                memory = io.BytesIO()
                torch.save(value, memory, _use_new_zipfile_serialization=False)
                archive.writestr(name, memory.getvalue())
        os.replace(inside, path)


def load_checkpoint(path, model, optimizer, scheduler):
    problem = None
    values = []
    try:
        with zipfile.ZipFile(path) as archive:
            for name in NAMES:
                values.append(torch.load(io.BytesIO(archive.read(name)), weights_only=True))
    except Exception as error:
        problem = error
    if problem is not None:
        raise ValueError("could not load " + str(path)) from problem
    for part in (model, optimizer, scheduler):
        part.load_state_dict(values.pop(0))
    rng, step = values
    torch.set_rng_state(rng)
    return step
