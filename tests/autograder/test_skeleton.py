"""`autograder new`: what it refuses, what it writes, and that this is judged at once."""

import ast
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from autograder.cli import app
from autograder.definitions import definition
from autograder.exercise import Exercise
from autograder.exercises import LESSONS
from autograder.judging.judge import judge
from autograder.running.observe import observe
from autograder.skeleton import start as starting
from autograder.skeleton.arguments import Manner, argument_texts, arguments_of, drawn
from autograder.skeleton.imports import import_block
from autograder.skeleton.registers import RegisterError, registered, with_exercise
from autograder.skeleton.start import SkeletonError, Started, start

PROJECT = Path(__file__).parents[2]
WARMUP = "pretraining.warmup_linear"
CHECKPOINT = ("bertkit.training.state:save_checkpoint", "bertkit.training.state:load_checkpoint")

DRAWN = {
    "pretraining.warmup_linear": "bertkit.training.optimization:warmup_linear",
    "heads.best_span": "bertkit.objectives.spans:best_span",
    "heads.align_labels": "bertkit.tasks.align:align_labels",
    "heads.HEAD_FOR_TASK": "bertkit.model.heads:HEAD_FOR_TASK",
    "bidirectionality.causal_mask": "bertkit.model.attention:causal_mask",
    "nsp.nsp_loss": "bertkit.objectives.nsp:nsp_loss",
    "nsp.pack_pair": "bertkit.objectives.nsp:pack_pair",
    "pretraining.masked_accuracy": "bertkit.evaluation.metrics:masked_accuracy",
}
"""Exercises whose inputs follow from signature and docstring."""
NOT_DRAWN = {
    "nsp.NSPHead": "bertkit.model.heads:NSPHead",
    "nsp.sample_pairs": "bertkit.objectives.nsp:sample_pairs",
    "bidirectionality.influence": "bertkit.evaluation.influence:influence",
    "pretraining.train_step": "bertkit.training.optimization:train_step",
}


@pytest.fixture
def clone(tmp_path: Path, leave_one_lesson: Callable[[Path], None]) -> Path:
    """As much of a clone as is written into."""
    exercises = tmp_path / "autograder" / "exercises"
    exercises.mkdir(parents=True)
    for name in ("__init__.py", "mlm.py"):
        shutil.copy(PROJECT / "autograder" / "exercises" / name, exercises)
    shutil.copy(PROJECT / "pyproject.toml", tmp_path)
    leave_one_lesson(tmp_path)
    return tmp_path


def contents(root: Path) -> dict[str, str]:
    """All files of a folder, scratch files too."""
    return {str(path.relative_to(root)): path.read_text() for path in sorted(root.rglob("*")) if path.is_file()}


def defined(path: Path) -> dict[str, Any]:
    """What a module that was written defines."""
    namespace: dict[str, Any] = {"__name__": "written"}
    exec(compile(path.read_text(), str(path), "exec"), namespace)
    return namespace


def exercise_in(started: Started) -> Exercise:
    (exercise,) = [each for each in defined(started.public)["EXERCISES"] if each.id == started.exercise_id]
    assert isinstance(exercise, Exercise)
    return exercise


def styled(root: Path, *names: str) -> None:
    """The linter and the formatter have nothing to say."""
    packages = f"src = ['{PROJECT}']"  # which of them are this project's
    for command in (["check", "--config", packages], ["format", "--check"]):
        done = subprocess.run(
            [sys.executable, "-m", "ruff", *command, "--no-cache", *names],
            cwd=root,
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("exercise_id", DRAWN)
def test_the_reference_passes_at_once(clone: Path, exercise_id: str) -> None:
    started = start(clone, exercise_id, (DRAWN[exercise_id],))
    assert started.are_inputs_drawn
    exercise, tests = exercise_in(started), defined(started.hidden)["TESTS"]
    reference = exercise.load_reference()
    verdict = judge(exercise, tests, lambda inputs: observe(exercise.run, reference, inputs), 7)
    assert verdict.passed, verdict.to_text()
    assert len(tests.mistakes) == 6
    assert "TODO" in started.hidden.read_text()


@pytest.mark.parametrize("exercise_id", NOT_DRAWN)
def test_what_cannot_be_told_says_what_to_write(clone: Path, exercise_id: str) -> None:
    started = start(clone, exercise_id)
    assert not started.are_inputs_drawn
    assert exercise_in(started).defines == (NOT_DRAWN[exercise_id],)
    written = defined(started.hidden)
    with pytest.raises(NotImplementedError, match="the inputs are not written yet"):
        written["inputs"](None)
    assert "TODO: draw them with `draw`" in started.hidden.read_text()


def test_a_wrong_answer_does_not_pass(clone: Path) -> None:
    started = start(clone, WARMUP)
    exercise = exercise_in(started)
    verdict = judge(
        exercise, defined(started.hidden)["TESTS"], lambda inputs: observe(exercise.run, lambda *_: 0.5, inputs), 1
    )
    assert not verdict.passed


def test_gradients_and_generators_are_found(clone: Path) -> None:
    loss = exercise_in(start(clone, "nsp.nsp_loss")).run
    assert (loss.arguments, loss.gradients) == (("logits", "is_next"), ("logits",))  # type: ignore[attr-defined]
    pairs = start(clone, "nsp.sample_pairs").public.read_text()
    assert 'run=Call(("documents",), generator=random.Random),' in pairs
    assert "\nimport random\n" in pairs


def test_several_names_are_run_by_hand(clone: Path) -> None:
    started = start(clone, "pretraining.checkpoint", CHECKPOINT)
    exercise = exercise_in(started)
    assert exercise.defines == CHECKPOINT
    assert exercise.run.__name__ == "run_checkpoint"  # type: ignore[attr-defined]
    with pytest.raises(NotImplementedError):
        exercise.run(None, {})


def test_helpers_are_found_or_taken_as_said(clone: Path) -> None:
    shares = "bertkit.finetuning.finetune:FLOPS_PER_PARAMETER"
    assert exercise_in(start(clone, "finetuning.training_flops")).stands_on == (shares,)
    assert exercise_in(start(clone, "nsp.nsp_loss", stands_on=[shares])).stands_on == (shares,)


def test_lessons_come_in_course_order_and_exercises_in_theirs(clone: Path) -> None:
    mlm = (clone / "autograder/exercises/mlm.py").read_text()
    for each in (WARMUP, "bidirectionality.causal_mask", "pretraining.masked_accuracy", "mlm.pad_batch"):
        start(clone, each)
    files = contents(clone)
    catalogue = files["autograder/exercises/__init__.py"]
    assert "from autograder.exercises import bidirectionality, mlm, pretraining\n" in catalogue
    places = [catalogue.index(f"*{lesson}.EXERCISES,") for lesson in ("bidirectionality", "mlm", "pretraining")]
    assert places == sorted(places)
    assert "EXERCISES = (WARMUP_LINEAR, MASKED_ACCURACY)\n" in files["autograder/exercises/pretraining.py"]
    for statement in ast.parse(mlm).body[:-1]:  # all but the list of exercises is as it was
        assert ast.get_source_segment(mlm, statement) in files["autograder/exercises/mlm.py"]  # type: ignore[operator]
    styled(clone, "autograder")
    assert not [name for name in files if "/." in name]  # scratch files


@pytest.mark.slow
def test_what_is_written_has_the_style_and_the_types_of_the_project(
    clone: Path, leave_one_lesson: Callable[[Path], None]
) -> None:
    for package in ("autograder", "bertkit"):  # the types of what the new modules import
        shutil.copytree(
            PROJECT / package,
            clone / package,
            ignore=shutil.ignore_patterns("__pycache__", "checkpoints"),
            dirs_exist_ok=True,
        )
    leave_one_lesson(clone)
    paths = DRAWN | NOT_DRAWN | {"pretraining.checkpoint": ",".join(CHECKPOINT)}
    started = [start(clone, each, path.split(",")) for each, path in paths.items()]
    written = sorted({str(path.relative_to(clone)) for each in started for path in each.files})
    styled(clone, *written)
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--follow-imports=silent", "--cache-dir", os.devnull, *written],
        cwd=clone,
        env=os.environ | {"PYTHONPATH": ""},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("exercise_id", "defines", "says"),
    [
        ("warmup_linear", "", "write lesson.name"),
        ("pretraining.", "", "write lesson.name"),
        ("pretraining.a.b", "", "write lesson.name"),
        ("pretraining.warm-up", "", "write lesson.name"),
        ("pretraining.class", "", "write lesson.name"),
        ("Pretraining.warmup_linear", "", "write lesson.name"),
        ("../mlm.corrupt", "", "write lesson.name"),
        ("pretrainning.warmup_linear", "", "there is no lesson 'pretrainning': there are bidirectionality, mlm"),
        ("mlm.corrupt", "", "there is an exercise mlm.corrupt already"),
        ("mlm.run_corrupt", "bertkit.objectives.mlm:corrupt", "called by it: mlm.corrupt"),
        ("mlm.head_parameters", ",".join(CHECKPOINT), "mlm.py has a HEAD_PARAMETERS already"),
        ("pretraining.warmup_liner", "", "did you mean warmup_linear?"),
        ("pretraining.qqqqqqq", "", "bertkit has no qqqqqqq: write it there first, or name"),
        (
            "finetuning.finetune",
            "",
            "--defines bertkit.cli.finetuning:finetune or bertkit.finetuning.finetune:finetune",
        ),
        ("pretraining.checkpoint", "bertkit.training.state", "'bertkit.training.state' is no name of the library"),
        ("pretraining.gone", "bertkit.training.state:gone", "does not define gone"),
        ("pretraining.gone", "bertkit.training.gone:gone", "cannot be read"),
    ],
)
def test_what_is_refused_names_the_way_out_and_writes_nothing(
    clone: Path, exercise_id: str, defines: str, says: str
) -> None:
    before = contents(clone)
    result = CliRunner().invoke(
        app, ["new", exercise_id, "--root", str(clone), *(["--defines", defines] if defines else [])]
    )
    assert (result.exit_code, result.stdout) == (1, "")
    assert says in result.stderr
    assert len(result.stderr.splitlines()) == 1
    assert contents(clone) == before


def test_a_folder_that_is_no_clone_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SkeletonError, match="is no clone of the course"):
        start(tmp_path, WARMUP)
    assert contents(tmp_path) == {}


def test_a_helper_that_is_not_there_is_refused(clone: Path) -> None:
    with pytest.raises(SkeletonError, match=r"does not define gone.*correct --stands-on"):
        start(clone, WARMUP, stands_on=["bertkit.training.optimization:gone"])


def test_nothing_that_is_there_is_overwritten(clone: Path) -> None:
    hidden = clone / "autograder" / "hidden" / "pretraining" / "warmup_linear.py"
    hidden.parent.mkdir(parents=True)
    hidden.write_text("written by somebody")
    hidden.with_name("__init__.py").write_text('"""Written too."""\n')
    before = contents(clone)
    with pytest.raises(SkeletonError, match="is there already: move it away"):
        start(clone, WARMUP)
    assert contents(clone) == before
    hidden.unlink()
    start(clone, WARMUP)
    assert hidden.with_name("__init__.py").read_text() == '"""Written too."""\n'
    before = contents(clone)
    with pytest.raises(SkeletonError, match=r"there is an exercise .* already"):
        start(clone, WARMUP)
    assert contents(clone) == before


@pytest.fixture(params=range(4))
def failing_write(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The disk is full after so many files; mending what was written before succeeds."""
    real, done = starting.write_atomically, []

    def write(path: Path, content: str | bytes) -> bool:
        done.append(path)
        if len(done) == request.param + 1:
            raise OSError("no space left on device")
        return real(path, content)

    monkeypatch.setattr(starting, "write_atomically", write)
    yield
    assert len(done) > request.param


@pytest.mark.usefixtures("failing_write")
def test_where_one_file_cannot_be_written_none_is(clone: Path) -> None:
    before = contents(clone)
    result = CliRunner().invoke(app, ["new", WARMUP, "--root", str(clone)])
    assert result.exit_code == 1
    assert "no space left on device" in result.stderr
    assert contents(clone) == before


def test_a_module_that_nothing_can_be_added_to_is_refused(clone: Path) -> None:
    with pytest.raises(RegisterError, match="no EXERCISES"):
        with_exercise("A = 1\n", "", "B", "B = 2\n")
    with pytest.raises(RegisterError, match="no tuple"):
        with_exercise("EXERCISES = list()\n", "", "B", "B = 2\n")
    with pytest.raises(RegisterError, match="does not import its lessons"):
        registered("CATALOGUE = (*mlm.EXERCISES,)\n", "nsp", LESSONS)


def test_the_command_says_what_was_written_and_what_comes_next(clone: Path) -> None:
    result = CliRunner().invoke(app, ["new", WARMUP, "--root", str(clone)])
    assert result.exit_code == 0
    for name in ("exercises/pretraining.py", "exercises/__init__.py", "hidden/pretraining/warmup_linear.py"):
        assert f"wrote {clone / 'autograder' / name}\n" in result.stdout
    for said in ("TODO", f'`# %% exercise="{WARMUP}"`', "make lessons", "autograder audit", f"-k {WARMUP}"):
        assert said in result.stdout


def test_arguments_are_read_from_the_docstring() -> None:
    texts = argument_texts(
        "One line.\n\nArgs:\n    a: one\n        and on. Shape: (B, T), bool\n    b: two.\n\nReturns:\n    c: no"
    )
    assert texts == {"a": "one and on. Shape: (B, T), bool", "b": "two."}


@pytest.mark.parametrize(
    ("path", "manner", "lines"),
    [
        (
            "bertkit.training.optimization:warmup_linear",
            Manner(rising=True),
            [
                'return {"step": draw.integer(1, 9), "warmup_steps": draw.integer(10, 99), '
                '"total_steps": draw.integer(100, 999)}'
            ],
        ),
        (
            "bertkit.objectives.nsp:nsp_loss",
            Manner(),
            [
                "rows = draw.rows()",
                'return {"logits": draw.normal(rows, 2), "is_next": draw.mask((rows,), draw.share(0.2, 0.9))}',
            ],
        ),
    ],
)
def test_what_draws_the_arguments(path: str, manner: Manner, lines: list[str]) -> None:
    arguments = arguments_of(definition(path))
    assert arguments is not None
    assert drawn(arguments, manner) == lines


def test_imports_stand_as_the_linter_wants_them() -> None:
    imports = {
        "torch": "torch",
        "F": "torch.nn:functional",
        "Draw": "autograder.judging.draw:Draw",
        "RESERVED": "autograder.judging.draw:RESERVED",
        "random": "random",
        "Any": "typing:Any",
        "percent": "autograder.judging.draw:percent",
    }
    assert import_block(imports) == (
        "import random\nfrom typing import Any\n\nimport torch\nfrom torch.nn import functional as F\n\n"
        "from autograder.judging.draw import RESERVED, Draw, percent"
    )
