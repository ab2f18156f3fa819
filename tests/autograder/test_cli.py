"""`autograder check`: exit statuses, output for people and for programs."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from autograder.cli import app
from autograder.exercises import CATALOGUE

ID = "mlm.mlm_labels"
RIGHT = "import torch\ndef mlm_labels(input_ids, selected):\n    return torch.where(selected, input_ids, -100)\n"
WRONG = RIGHT.replace("-100", "0")
KEYS = {
    "exercise": str,
    "file": str,
    "passed": bool,
    "points": float,
    "max_points": float,
    "misconception": str | None,
    "message": str,
}

Check = Callable[..., Result]


@pytest.fixture
def check(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Check:
    """`autograder check` in a folder of files; nothing may get past it as an exception."""
    monkeypatch.chdir(tmp_path)
    for name, text in {"right.py": RIGHT, "wrong.py": WRONG, "stops.py": "1 / 0", "empty.py": ""}.items():
        Path(name).write_text(text)
    Path("folder").mkdir()

    def run(*arguments: str) -> Result:
        result = CliRunner().invoke(app, ["check", *arguments])
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "Traceback" not in result.output + result.stderr
        return result

    return run


def objects(result: Result) -> list[dict[str, Any]]:
    """One object a line, and nothing else."""
    return [json.loads(line) for line in result.stdout.splitlines()]


@pytest.mark.parametrize(
    ("files", "status"),
    [
        (["right.py"], 0),
        (["right.py", "right.py"], 0),
        (["wrong.py"], 1),
        (["right.py", "wrong.py"], 1),
        (["wrong.py", "right.py"], 1),
        (["stops.py", "right.py"], 1),
        (["empty.py"], 1),
        (["missing.py"], 2),
        (["right.py", "missing.py"], 2),
        (["folder"], 2),
        (["x" * 5000], 2),
        ([], 2),
    ],
    ids=lambda value: " ".join(value)[:30] if isinstance(value, list) else str(value),
)
def test_exit_status(check: Check, files: list[str], status: int) -> None:
    assert check(ID, *files).exit_code == status
    assert check(ID, *files, "--json").exit_code == status


@pytest.mark.parametrize("exercise_id", ["mlm.nothing", "", "mlm", "mlm.MLM_labels", "../mlm"])
def test_an_unknown_exercise_cannot_be_judged(check: Check, exercise_id: str) -> None:
    result = check(exercise_id, "right.py", "--json")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("autograder: there is no exercise")


def test_nothing_is_printed_where_a_file_is_missing(check: Check) -> None:
    result = check(ID, "right.py", "missing.py", "--json")
    assert result.stdout == ""
    assert result.stderr == "autograder: there is no file missing.py\n"


@pytest.mark.parametrize("seed", ["x", "1.5", ""])
def test_a_seed_has_to_be_a_number(check: Check, seed: str) -> None:
    assert check(ID, "right.py", "--seed", seed).exit_code == 2


def test_json_has_the_contracts_keys_and_types_in_order(check: Check) -> None:
    files = ["wrong.py", "right.py", "stops.py", "./right.py", "empty.py"]
    result = check(ID, *files, "--json")
    assert result.stdout.endswith("\n")
    assert [each["file"] for each in objects(result)] == files
    for each in objects(result):
        assert list(each) == list(KEYS)
        assert all(isinstance(each[key], kind) for key, kind in KEYS.items())
        assert each["exercise"] == ID
        assert each["max_points"] == 2.0
    wrong, right, stops, again, empty = objects(result)
    assert (wrong["passed"], wrong["points"], wrong["misconception"]) == (False, 1.0, "ignore-zero")
    assert (right["passed"], right["points"], right["misconception"]) == (True, 2.0, None)
    assert again == right | {"file": "./right.py"}
    assert [each["points"] for each in (stops, empty)] == [0.0, 0.0]
    assert "ZeroDivisionError in line 1" in stops["message"]
    assert "does not define `mlm_labels`" in empty["message"]


def test_a_stub_is_not_passed_and_says_so(check: Check) -> None:
    Path("stub.py").write_text("def mlm_labels(input_ids, selected):\n    raise NotImplementedError\n")
    (told,) = objects(check(ID, "stub.py", "--json"))
    assert (told["passed"], told["points"], told["misconception"]) == (False, 0.0, None)
    assert told["message"] == "The function is not written yet."


def test_text_has_a_block_a_file_in_order(check: Check) -> None:
    lines = check(ID, "wrong.py", "right.py").stdout.splitlines()
    assert lines[0] == "wrong.py"
    assert lines[1] == "◐ Partly right: mlm.mlm_labels, 1 of 2 points"
    assert [line.split(":")[0].strip() for line in lines[2:6]] == ["Seen", "Expected", "Likely mistake", "Look at"]
    assert lines[-2:] == ["right.py", "✓ Right: mlm.mlm_labels, 2 of 2 points"]


def test_a_file_name_that_is_no_text(check: Check) -> None:
    name = os.fsdecode(b"\xff.py")
    Path(name).write_text(RIGHT)
    assert check(ID, name).exit_code == 0
    assert objects(check(ID, name, "--json"))[0]["file"] == name


def test_a_seed_repeats_the_cases(check: Check) -> None:
    Path("half.py").write_text(
        "import torch\ndef select_positions(i, s, p, g):\n"
        "    if not 0 <= p <= 1:\n        raise ValueError(p)\n"
        "    return (torch.rand(i.shape, generator=g) < p / 2) & ~s\n"
    )
    first, again, other = (check("mlm.select_positions", "half.py", "--seed", seed).stdout for seed in ("1", "1", "2"))
    assert first == again != other


def test_without_a_seed_cases_are_fresh(check: Check) -> None:
    Path("half.py").write_text(
        "import torch\ndef select_positions(i, s, p, g):\n"
        "    if not 0 <= p <= 1:\n        raise ValueError(p)\n"
        "    return (torch.rand(i.shape, generator=g) < p / 2) & ~s\n"
    )
    outputs = {check("mlm.select_positions", "half.py").stdout for _ in range(5)}
    assert len(outputs) > 1


def test_list(check: Check) -> None:
    result = CliRunner().invoke(app, ["list", "--json"])
    assert [row["id"] for row in json.loads(result.stdout)] == [each.id for each in CATALOGUE]
    assert [line.split()[0] for line in CliRunner().invoke(app, ["list"]).stdout.splitlines()] == [
        each.id for each in CATALOGUE
    ]


def test_as_a_module_in_a_process_of_its_own(check: Check, importable: None) -> None:
    """The streams are the process's own here: nothing may reach them but the objects."""
    Path("loud.py").write_text("import os\nos.write(1, b'out')\nos.write(2, b'err')\nprint('x')\n" + RIGHT)
    command = [sys.executable, "-m", "autograder", "check", ID, "loud.py", "stops.py", "--json", "--seed", "3"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert (result.returncode, result.stderr) == (1, "")
    assert [json.loads(line)["passed"] for line in result.stdout.splitlines()] == [True, False]
