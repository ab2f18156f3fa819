"""The folder of a checkpoint: its files, how one takes the place of another whole, what shows that it is damaged."""

import hashlib
import json
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any

from bertkit.model.config import BertConfig

CONFIG_FILE, WEIGHTS_FILE, SUMS_FILE = "config.json", "model.safetensors", "SHA256SUMS"
TOKENIZER_FILE, TOKENIZER_SETTINGS_FILE = "tokenizer.json", "tokenizer_config.json"
OUR_FILES = frozenset({CONFIG_FILE, WEIGHTS_FILE, TOKENIZER_FILE, TOKENIZER_SETTINGS_FILE, SUMS_FILE})
TRAINING_FOLDER = "training"
"""What else may be in a checkpoint's folder: the state of the run that made it. Saving leaves it in place."""


def sums_of(folder: Path) -> str:
    """The SHA-256 of every file, in the form that `sha256sum --check` reads."""
    return "".join(f"{sha256(file)}  {file.name}\n" for file in sorted(folder.iterdir()))


def sha256(file: Path) -> str:
    """The SHA-256 of a file, in hexadecimal digits."""
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def check_sums(folder: Path) -> None:
    """Raise `ValueError`, naming the file, where one is not what the folder's sums say; not every folder has sums."""
    sums = folder / SUMS_FILE
    if not sums.is_file():
        return
    for line in sums.read_text(encoding="utf-8", errors="replace").splitlines():
        said, _, name = line.partition("  ")
        if not (folder / name).is_file():
            raise ValueError(f"{folder / name} is missing; get the checkpoint again")
        if sha256(folder / name) != said:
            raise ValueError(
                f"{folder / name} is damaged or was changed: its SHA-256 is not the one in {SUMS_FILE}; get the "
                f"checkpoint again, or delete {sums} if you changed it on purpose"
            )


def check_destination(path: Path) -> None:
    """Raise `ValueError` unless a checkpoint can be saved at `path`; make the folder around it where there is none.

    To be called before a long training, not only after it.
    """
    finish_replacing(path)
    ours = OUR_FILES | {TRAINING_FOLDER}
    if path.exists() and (not path.is_dir() or {entry.name for entry in path.iterdir()} - ours):
        raise ValueError(f"{path} holds something other than a checkpoint; choose another folder")
    try:
        path.resolve().parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{path.name}.", dir=path.resolve().parent):
            pass
    except OSError as error:
        raise ValueError(f"{path} cannot be written: {error}; choose another folder") from error


def replace_folder(new: Path, path: Path) -> None:
    """Move the folder `new` to `path`; what stood there goes only once `new` is in its place."""
    if not path.exists():
        os.replace(new, path)
        return
    old = Path(tempfile.mkdtemp(prefix=f".{path.name}.old.", dir=path.parent))
    os.replace(path, old)  # an empty folder can be replaced by a rename
    try:
        os.replace(new, path)
    except BaseException:
        os.replace(old, path)
        raise
    finish_replacing(path)


def finish_replacing(path: Path) -> None:
    """Bring over what a save that was killed at its very end left in the folder beside `path`, and delete that."""
    for old in sorted(path.parent.glob(f".{path.name}.old.*")) if path.parent.is_dir() else []:
        if not path.exists():
            os.replace(old, path)
            continue
        if (old / TRAINING_FOLDER).is_dir() and not (path / TRAINING_FOLDER).exists():
            os.replace(old / TRAINING_FOLDER, path / TRAINING_FOLDER)
        shutil.rmtree(old)


def read_config(path: Path) -> dict[str, Any]:
    """What `config.json` in the folder `path` says beside the encoder's settings."""
    if not path.is_dir():
        raise ValueError(
            f"there is no checkpoint at {path}; make one with `bertkit pretrain --output {path}`, or save a BERT of "
            "transformers there"
        )
    BertConfig.from_json(path / CONFIG_FILE)  # says what is wrong with the file
    values: dict[str, Any] = json.loads((path / CONFIG_FILE).read_text(encoding="utf-8"))
    return values
