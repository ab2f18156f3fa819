"""The folder of a run, and its metrics."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from bertkit.training.runs import Metrics, Run

OPTIONS: dict[str, Any] = {"steps": 5, "text": None, "topics": ["bedtime"], "learning_rate": 2e-3}


@pytest.fixture
def run(tmp_path: Path) -> Run:
    return Run(tmp_path / "out")


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def half_way(run: Run) -> None:
    """Begun, and saved once."""
    run.begin(OPTIONS)
    run.data.mkdir()
    (run.data / "store").write_text("text")
    run.state.write_text("weights")
    run.metrics.write_text("{}\n")


def test_a_run_keeps_its_options(run: Run) -> None:
    run.begin(OPTIONS)
    again = Run(run.path)
    assert again.options == OPTIONS
    assert not again.finished


def test_a_finished_run_keeps_options_and_metrics_alone(run: Run) -> None:
    half_way(run)
    for name in (".state.safetensors.x1", ".tmpx2"):  # as saves leave them that are killed
        (run.folder / name).write_text("half")
    run.finish()
    assert names(run.folder) == {"run.json", "metrics.jsonl"}
    assert run.finished
    assert run.options == OPTIONS


def test_an_unfinished_run_is_not_begun_again(run: Run) -> None:
    half_way(run)
    with pytest.raises(
        ValueError,
        match=rf"{run.path} holds an unfinished run; go on with it: bertkit pretrain --resume --output {run.path}, or",
    ):
        run.begin({"steps": 9})
    assert run.options == OPTIONS
    assert run.state.read_text() == "weights"


def test_a_finished_run_is_begun_again(run: Run) -> None:
    half_way(run)
    run.finish()
    run.begin({"steps": 9})
    assert names(run.folder) == {"run.json"}
    assert run.options == {"steps": 9}
    assert not run.finished


def test_a_run_that_never_saved_is_begun_again(run: Run) -> None:
    half_way(run)
    run.state.unlink()
    run.begin({"steps": 9})
    assert names(run.folder) == {"run.json"}


@pytest.mark.parametrize("text", [None, "", "{", "5", "{}", '{"options": 5, "finished": true}', '{"options": {}}'])
def test_where_no_run_is(text: str | None, run: Run) -> None:
    if text is not None:
        run.folder.mkdir(parents=True)
        (run.folder / "run.json").write_text(text)
    for question in ("options", "finished"):
        with pytest.raises(ValueError, match=rf"no run to go on with in {run.path} .*; leave --resume out"):
            getattr(run, question)


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit])
def test_a_failure_before_the_first_save_leaves_no_trace(error: type[BaseException], run: Run) -> None:
    half_way(run)
    run.state.unlink()
    with pytest.raises(error), run.kept_once_saved():
        raise error
    assert not run.path.exists()


def test_a_failure_before_the_first_save_leaves_an_earlier_checkpoint(run: Run) -> None:
    run.path.mkdir()
    (run.path / "model.safetensors").write_text("earlier")
    run.begin(OPTIONS)
    with pytest.raises(KeyError), run.kept_once_saved():
        raise KeyError
    assert names(run.path) == {"model.safetensors"}


def test_a_failure_after_the_first_save_leaves_all(run: Run) -> None:
    half_way(run)
    with pytest.raises(KeyboardInterrupt), run.kept_once_saved():
        raise KeyboardInterrupt
    assert names(run.folder) == {"run.json", "data", "state.safetensors", "metrics.jsonl"}


def test_no_failure_leaves_all(run: Run) -> None:
    with run.kept_once_saved():
        run.begin(OPTIONS)
    assert run.options == OPTIONS


# Metrics


def written(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def write_steps(path: Path, start: int, stop: int, saved: int) -> None:
    """As a run does that goes on from the save at step `saved`."""
    with Metrics(path, saved) as metrics:
        for step in range(start, stop):
            metrics.write(step, loss=1 / step, tokens=step)
            if step % 2 == 0:
                metrics.write(step, evaluation_loss=0.1 + 0.2)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "metrics.jsonl"


def test_every_line_is_an_object(path: Path) -> None:
    write_steps(path, 1, 3, saved=0)
    assert written(path) == [
        {"step": 1, "loss": 1.0, "tokens": 1},
        {"step": 2, "loss": 0.5, "tokens": 2},
        {"step": 2, "evaluation_loss": 0.1 + 0.2},
    ]


@pytest.mark.parametrize("saved", [0, 3, 4, 6, 7])
@pytest.mark.parametrize("cut", [0, 1, 2, 15, 30])
def test_a_run_that_goes_on_writes_its_lines_once(saved: int, cut: int, path: Path) -> None:
    write_steps(path, 1, 9, saved=0)
    whole = path.read_bytes()
    killed = whole[: len(whole) - cut]
    # What is behind the save was written after it, so the lines of the saved steps are whole.
    path.write_bytes(killed)
    write_steps(path, saved + 1, 9, saved)
    assert path.read_bytes() == whole


def test_lines_are_on_the_disk_at_once(path: Path) -> None:
    """A process that is killed has written all lines that it wrote."""
    with Metrics(path, 0) as metrics:
        metrics.write(1, loss=2.0)
        assert written(path) == [{"step": 1, "loss": 2.0}]


def test_a_figure_that_is_no_number_is_refused(path: Path) -> None:
    with Metrics(path, 0) as metrics, pytest.raises(ValueError, match="not JSON compliant"):
        metrics.write(1, loss=float("nan"))


def test_a_missing_tensorboard_is_named(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    path.write_text('{"step": 9}\n')
    with pytest.raises(ValueError, match=r"TensorBoard is not installed \(.*\); pip install tensorboard"):
        Metrics(path, 0, tensorboard=tmp_path / "board")
    assert written(path) == [{"step": 9}]


class Board:
    """In place of TensorBoard's writer."""

    def __init__(self, folder: str) -> None:
        self.folder, self.seen, self.open = folder, [], True

    def add_scalar(self, *what: Any) -> None:
        self.seen.append(what)

    def close(self) -> None:
        self.open = False


def test_tensorboard_gets_the_same(path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    boards: list[Board] = []
    module = type(sys)("torch.utils.tensorboard")
    module.SummaryWriter = lambda folder: boards.append(Board(folder)) or boards[-1]
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", module)
    with Metrics(path, 0, tensorboard=tmp_path / "board") as metrics:
        metrics.write(3, loss=2.0, tokens=7)
    assert boards[0].folder == str(tmp_path / "board")
    assert boards[0].seen == [("loss", 2.0, 3), ("tokens", 7, 3)]
    assert not boards[0].open


def test_another_process_is_kept_out_and_harms_nothing(tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    with run.alone():
        run.begin({"steps": 3})
        run.data.mkdir()
        with pytest.raises(ValueError, match=r"another process is training in .*run; wait until it has ended"):
            Run(tmp_path / "run").alone().__enter__()
        assert (run.options, run.data.is_dir()) == ({"steps": 3}, True)
    with Run(tmp_path / "run").alone():
        pass  # a lock that was let go keeps nobody out


def test_a_run_that_is_begun_anew_keeps_nothing_of_the_one_before(tmp_path: Path) -> None:
    run = Run(tmp_path / "run")
    with run.alone():
        run.begin({"steps": 3})
        run.data.mkdir()
        run.metrics.write_text("{}\n")
        run.begin({"steps": 4})
        assert sorted(path.name for path in run.folder.iterdir()) == ["lock", "run.json"]
        with pytest.raises(ValueError, match="another process"):
            Run(tmp_path / "run").alone().__enter__()
