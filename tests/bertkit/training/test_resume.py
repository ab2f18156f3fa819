"""A pre-training that is killed or stopped and goes on: bit for bit what it would have been."""

import json
import os
import pydoc
import random
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from itertools import count
from pathlib import Path
from typing import Any

import pytest

import bertkit.training.learning

ROOT = Path(__file__).parents[3]
STEPS = 12
OPTIONS = ["pretrain", "--topics", "bedtime", "--stories", "20", "--steps", str(STEPS), "--batch-size", "4"]
OPTIONS += ["--vocab-size", "200", "--evaluate-every", "4"]
HERE = ["--save-every", "3", "--threads", "1", "--json"]
"""Options that may change when a run goes on."""
ENVIRONMENT = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONPATH": str(ROOT)}


def left_behind(output: Path) -> dict[str, bytes]:
    """The checkpoint and the metrics, which have to be the same however a run came to its end."""
    names = ("model.safetensors", "config.json", "tokenizer.json", "tokenizer_config.json", "training/metrics.jsonl")
    return {name: (output / name).read_bytes() for name in names}


def assert_same_run(output: Path, undisturbed: Path) -> None:
    """The same weights, the same metrics, and nothing left that only an unfinished run needs."""
    assert left_behind(output) == left_behind(undisturbed)
    assert {path.name for path in (output / "training").iterdir()} == {"run.json", "metrics.jsonl"}
    assert {path.name for path in output.iterdir()} == {path.name for path in undisturbed.iterdir()}


Command = Callable[..., Any]
"""The fixtures `bertkit_command` and `run_bertkit`."""


@pytest.fixture(scope="module")
def undisturbed(run_bertkit: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that nothing disturbed."""
    output = tmp_path_factory.mktemp("undisturbed") / "out"
    assert run_bertkit(*OPTIONS, *HERE, "--output", str(output)) == 0
    return output


def steps_of(result: Any) -> list[int]:
    """The numbers of the steps that a command reported."""
    return [each["number"] for each in result.objects if each["event"] == "step"]


LOOP = bertkit.training.learning.pretrain


def pressed_after(step: int | None) -> Callable[..., Iterator[Any]]:
    """The loop of pre-training, with a Ctrl-C at the end of that step; with none if None."""

    def pressed(*arguments: Any) -> Iterator[Any]:
        for taken in LOOP(*arguments):
            if taken.number == step:
                signal.raise_signal(signal.SIGINT)
            yield taken

    return pressed


@pytest.fixture
def press_ctrl_c(monkeypatch: pytest.MonkeyPatch) -> Callable[[int | None], None]:
    """Lets a signal arrive at the end of that step; none if None."""
    return lambda step: monkeypatch.setattr(bertkit.training.learning, "pretrain", pressed_after(step))


# Ctrl-C


@pytest.mark.slow
@pytest.mark.parametrize("stops", [(1, 6), (4, 5, 11), (6, 8, 9)], ids=str)
def test_ctrl_c_and_resume(
    stops: tuple[int, ...], bertkit_command: Command, press_ctrl_c: Any, undisturbed: Path
) -> None:
    """Before the first save, at steps with an evaluation or a save; in runs that begin and in resumed ones."""
    taken: list[int] = []
    for number, stop in enumerate((*stops, None)):
        press_ctrl_c(stop)
        result = bertkit_command(*(OPTIONS if number == 0 else ["pretrain", "--resume"]), *HERE, "--output", "out")
        assert result.status == (0 if stop is None else 130), result.err
        taken += steps_of(result)
    assert taken == list(range(1, STEPS + 1))  # Ctrl-C saves: no step is taken twice
    assert_same_run(Path("out"), undisturbed)


@pytest.mark.slow
def test_ctrl_c_at_the_last_step_is_the_end(bertkit_command: Command, press_ctrl_c: Any, undisturbed: Path) -> None:
    press_ctrl_c(STEPS)
    assert bertkit_command(*OPTIONS, *HERE, "--output", "out").status == 0
    assert_same_run(Path("out"), undisturbed)


@pytest.fixture(scope="module")
def stopped_once(run_bertkit: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that was stopped after step 5, to be copied."""
    output = tmp_path_factory.mktemp("stopped") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(bertkit.training.learning, "pretrain", pressed_after(5))
        assert run_bertkit(*OPTIONS, *HERE, "--output", str(output)) == 130
    return output


@pytest.fixture
def stopped(bertkit_command: Command, stopped_once: Path) -> Path:
    """A run that was stopped after step 5, in `out`."""
    return Path(shutil.copytree(stopped_once, "out"))


# Options


@pytest.mark.parametrize(
    ("option", "value", "begun"),
    [("--seed", "1", "0"), ("--steps", "30", "12"), ("--topics", "snow", "['bedtime']"), ("--text", "a", "None")],
)
def test_another_option_is_refused(
    option: str, value: str, begun: str, bertkit_command: Command, stopped: Path, contents_of: Any
) -> None:
    before = contents_of(stopped)
    result = bertkit_command("pretrain", "--resume", "--output", "out", option, value)
    result.assert_refused(f"{option} is ", value, f"but the run was begun with {begun}", "leave it out")
    assert contents_of(stopped) == before


@pytest.mark.slow
def test_the_same_options_may_be_repeated_and_others_changed(
    bertkit_command: Command, stopped: Path, undisturbed: Path
) -> None:
    result = bertkit_command(*OPTIONS, "--seed", "0", "--save-every", "1000", "--json", "--resume", "--output", "out")
    assert (result.status, steps_of(result)) == (0, list(range(6, STEPS + 1)))
    assert_same_run(stopped, undisturbed)


@pytest.mark.slow
def test_what_is_not_said_again_stays_as_it_was_begun(bertkit_command: Command, press_ctrl_c: Any) -> None:
    rare = ("--save-every", "5", "--log-every", "2", "--json")
    bertkit_command(*OPTIONS, *rare, "--output", "whole")
    press_ctrl_c(5)
    bertkit_command(*OPTIONS, *rare, "--output", "out")
    press_ctrl_c(None)
    bertkit_command("pretrain", "--resume", "--json", "--output", "out")
    assert_same_run(Path("out"), Path("whole"))
    assert json.loads(Path("out/training/run.json").read_text())["options"]["save_every"] == 5


@pytest.mark.slow
def test_it_says_where_it_goes_on(bertkit_command: Command, stopped: Path) -> None:
    result = bertkit_command("pretrain", "--resume", "--output", "out", "--threads", "1")
    assert f"going on after step 5 of {STEPS}" in result.out


# What cannot go on


@pytest.mark.slow
def test_an_unfinished_run_is_not_begun_again(
    bertkit_command: Command, stopped: Path, undisturbed: Path, contents_of: Any
) -> None:
    before = contents_of(stopped)
    bertkit_command(*OPTIONS, *HERE, "--output", "out").assert_refused(
        "out holds an unfinished run; go on with it: bertkit pretrain --resume --output out",
        "or choose another folder",
    )
    assert contents_of(stopped) == before
    bertkit_command("pretrain", "--resume", *HERE, "--output", "out")
    assert_same_run(stopped, undisturbed)


@pytest.mark.slow
def test_a_finished_run_does_not_go_on(bertkit_command: Command, undisturbed: Path, contents_of: Any) -> None:
    shutil.copytree(undisturbed, "out")
    before = contents_of(Path("out"))
    bertkit_command("pretrain", "--resume", "--output", "out").assert_refused(
        "the run in out is finished", "--resume out"
    )
    assert contents_of(Path("out")) == before
    result = bertkit_command(*OPTIONS, *HERE, "--output", "out")
    assert result.status == 0
    assert_same_run(Path("out"), undisturbed)


@pytest.mark.parametrize("there", [False, True], ids=["nothing", "a checkpoint of another time"])
def test_where_no_run_is(there: bool, bertkit_command: Command, undisturbed: Path) -> None:
    if there:
        shutil.copytree(undisturbed, "out")
        shutil.rmtree("out/training")
    bertkit_command("pretrain", "--resume", "--output", "out").assert_refused(
        "no run to go on with in out", "leave --resume out"
    )
    assert Path("out").exists() is there


@pytest.mark.parametrize("name", ["state.safetensors", "data/corpus.json", "data/training/shard-00000.tokens"])
def test_a_damaged_part_is_named_and_nothing_is_lost(
    name: str, bertkit_command: Command, stopped: Path, contents_of: Any
) -> None:
    path = stopped / "training" / name
    path.write_bytes(path.read_bytes()[:-10])
    before = contents_of(stopped)
    bertkit_command("pretrain", "--resume", "--output", "out").assert_refused(
        "out/training/data" if "corpus" in name else str(path),
    )
    assert contents_of(stopped) == before


# SIGKILL


def killed(output: Path, resume: bool, step: int) -> int:
    """Run the command in a process of its own and kill it once it has said that it took `step`, or has begun if 0.

    Returns the number of steps that it spoke of.
    """
    arguments = ["pretrain", "--resume"] if resume else OPTIONS
    command = [sys.executable, "-m", "bertkit", *arguments, *HERE, "--output", str(output)]
    with subprocess.Popen(command, cwd=ROOT, env=ENVIRONMENT, stdout=subprocess.PIPE, text=True) as process:
        taken = 0
        for line in process.stdout:
            said = json.loads(line)
            taken += said["event"] == "step"
            if (said["event"], said.get("number", 0)) == (("step", step) if step else ("start", 0)):
                process.kill()
    assert process.returncode == -signal.SIGKILL
    return taken


@pytest.mark.slow
def test_killed_and_resumed(tmp_path: Path, bertkit_command: Command, undisturbed: Path) -> None:
    """Before the first save, and then at chance steps; a process may have gone on for some steps when it dies."""
    output = tmp_path / "out"
    rng = random.Random(0)
    assert killed(output, resume=False, step=0) < 3
    assert not (output / "training" / "state.safetensors").exists()
    killed(output, resume=True, step=rng.randint(3, 6))
    assert (output / "training" / "state.safetensors").exists()
    result = bertkit_command("pretrain", "--resume", *HERE, "--output", "out")
    assert result.status == 0, result.err
    assert 3 < steps_of(result)[0] <= STEPS
    assert_same_run(output, undisturbed)


MOMENTS = {
    **{f"rename {call}": ("os", "replace", call) for call in (1, 2, 3, 4, 6, 8, 9, 10, 11)},
    **{f"text {call}": ("bertkit.data.corpus", "write_store", call) for call in (1, 2)},
    **{f"save {call}": ("bertkit.training.state", "save_file", call) for call in (1, 3)},
    "last save": ("bertkit.model.pretrained", "save_file", 1),
    "tidying up": ("pathlib.Path", "unlink", 9),  # the ninth: eight writes look for what they may have left
}
"""Moments before a function is called for the so-many-th time; what writes has then written half."""


def watched(function: Callable[..., Any], folder: Path, kept: Mapping[int, Path]) -> Callable[..., Any]:
    """`function`, but before the so-many-th call `folder` is copied to where `kept` says, as a kill would leave it.

    Of a file or a store that the call would have written, half is in the copy.
    """
    calls = count(1)

    def calling(*arguments: Any, **options: Any) -> Any:
        if copy := kept.get(next(calls)):
            shutil.copytree(folder, copy)
            if function.__name__ == "save_file":
                (copy / Path(arguments[1]).relative_to(folder)).write_bytes(b"half of it")
            if function.__name__ == "write_store":
                store = copy / arguments[0].relative_to(folder)
                store.mkdir(parents=True)
                (store / "shard-00000.tokens").write_bytes(b"half of it")
        return function(*arguments, **options)

    return calling


@pytest.fixture(scope="module")
def left_by_a_kill(run_bertkit: Command, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """For every moment the folder around `out` as a run that is killed there leaves it.

    A killed process does nothing more, not even tidying up: what it leaves is what the disk holds at that moment.
    So one run is enough, of which the folder is copied each time.
    """
    folder = tmp_path_factory.mktemp("moments")
    running = folder / "running"
    running.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        for owner, name in {moment[:2] for moment in MOMENTS.values()}:
            kept = {call: folder / moment for moment, (*place, call) in MOMENTS.items() if place == [owner, name]}
            patch.setattr(f"{owner}.{name}", watched(pydoc.locate(f"{owner}.{name}"), running, kept))
        assert run_bertkit(*OPTIONS, *HERE, "--output", str(running / "out")) == 0
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("moment", MOMENTS)
def test_killed_at_a_bad_moment(moment: str, bertkit_command: Command, left_by_a_kill: Path, undisturbed: Path) -> None:
    shutil.copytree(left_by_a_kill / moment, ".", dirs_exist_ok=True)
    result = bertkit_command("pretrain", "--resume", *HERE, "--output", "out")
    if result.status and not Path("out/training/run.json").exists():
        result = bertkit_command(*OPTIONS, *HERE, "--output", "out")
    if result.status:  # killed when all was done
        result.assert_refused("the run in out is finished")
    assert left_behind(Path("out")) == left_behind(undisturbed)
