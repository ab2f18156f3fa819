"""The folder of a pre-training run: the checkpoint, and beside it what an unfinished run needs to go on.

DIR/config.json, model.safetensors, tokenizer.json   the checkpoint, in Hugging Face's layout
DIR/training/run.json             the options, and whether the run is finished
DIR/training/data/                the text, tokenized
DIR/training/state.safetensors    weights, optimiser, schedule and step, as of the last save
DIR/training/metrics.jsonl        every step and every evaluation, one JSON object a line
DIR/training/lock                 held while a process trains in the folder
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

from filelock import FileLock, Timeout

from bertkit.atomic import write_atomically

RUN_FOLDER = "training"


class Run:
    """A run in the folder `path`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.folder = path / RUN_FOLDER
        self.data = self.folder / "data"
        self.state = self.folder / "state.safetensors"
        self.metrics = self.folder / "metrics.jsonl"
        self._file = self.folder / "run.json"
        self._lock = self.folder / "lock"

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep all other processes out of the folder.

        Raises:
            ValueError: if another one trains in it.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self._lock, timeout=0):
                try:
                    yield
                finally:
                    self._lock.unlink(missing_ok=True)
        except Timeout:
            raise ValueError(
                f"another process is training in {self.path}; wait until it has ended, or choose another folder"
            ) from None

    def begin(self, options: Mapping[str, Any]) -> None:
        """Make the folder, and forget a finished run in it.

        Raises:
            ValueError: if an unfinished run is there.
        """
        if self.state.exists() and not self.finished:
            raise ValueError(
                f"{self.path} holds an unfinished run; go on with it: bertkit pretrain --resume --output {self.path}, "
                "or choose another folder, or delete that one"
            )
        self.folder.mkdir(parents=True, exist_ok=True)
        for left in self.folder.iterdir():
            if left.is_dir():
                shutil.rmtree(left)
            elif left != self._lock:
                left.unlink()
        self._write({"options": dict(options), "finished": False})

    @contextmanager
    def kept_once_saved(self) -> Iterator[None]:
        """Where something fails before there is anything to go on with, leave no trace of the run."""
        try:
            yield
        except BaseException:
            if not self.state.exists():
                shutil.rmtree(self.folder, ignore_errors=True)
                with suppress(OSError):
                    self.path.rmdir()  # only if it is empty
            raise

    def finish(self) -> None:
        """Note that the run is complete, and delete what only an unfinished one needs."""
        self._write({**self._read(), "finished": True})
        self.state.unlink(missing_ok=True)
        shutil.rmtree(self.data, ignore_errors=True)
        for scratch in self.folder.glob(".*"):  # of saves that were killed
            scratch.unlink()

    @property
    def options(self) -> dict[str, Any]:
        """The options that the run was begun with. Raises `ValueError` where there is no run."""
        options: dict[str, Any] = self._read()["options"]
        return options

    @property
    def finished(self) -> bool:
        """Whether it came to its end. Raises `ValueError` where there is no run."""
        return bool(self._read()["finished"])

    def _read(self) -> dict[str, Any]:
        try:
            values: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
            if not isinstance(values["options"], dict) or not isinstance(values["finished"], bool):
                raise ValueError("it has no options")
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise ValueError(f"there is no run to go on with in {self.path} ({error}); leave --resume out") from error
        return values

    def _write(self, values: Mapping[str, Any]) -> None:
        write_atomically(self._file, json.dumps(values, indent=1) + "\n")


class Metrics:
    """A file of JSON objects, one a line, each with the step that it belongs to.

    Args:
        path: appended to.
        step: lines of later steps, and a line that was cut short, are taken out first: a run that goes on from an
            earlier save writes them again.
        tensorboard: folder for TensorBoard's own files too, for which its package has to be installed.

    Raises:
        ValueError: if TensorBoard is wanted and not installed.
    """

    def __init__(self, path: Path, step: int, tensorboard: Path | None = None) -> None:
        self._board = None if tensorboard is None else tensorboard_writer(tensorboard)
        kept = [line for line in lines_of(path) if line["step"] <= step]
        write_atomically(path, "".join(json.dumps(line) + "\n" for line in kept))
        self._file = path.open("a", encoding="utf-8", buffering=1)

    def write(self, step: int, **values: float) -> None:
        """Append one line."""
        self._file.write(json.dumps({"step": step, **values}, allow_nan=False) + "\n")
        if self._board is not None:
            for name, value in values.items():
                self._board.add_scalar(name, value, step)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._file.close()
        if self._board is not None:
            self._board.close()


def tensorboard_writer(folder: Path) -> Any:
    """TensorBoard's writer of a folder. Raises `ValueError` where its package is not installed."""
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise ValueError(f"TensorBoard is not installed ({error}); pip install tensorboard") from error
    return SummaryWriter(str(folder))


def lines_of(path: Path) -> list[dict[str, Any]]:
    """The whole lines of a metrics file; none where there is no file."""
    found: list[dict[str, Any]] = []
    if path.exists():
        for line in path.read_text(encoding="utf-8").splitlines():
            try:
                found.append(json.loads(line))
            except ValueError:
                break
    return found
