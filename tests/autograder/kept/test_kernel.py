"""The same in real kernels: what passed in one lesson is there in another, in a process of its own."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import nbformat
import pytest
from jupyter_client.blocking.client import BlockingKernelClient
from jupyter_client.manager import start_new_kernel

from autograder.exercises import CATALOGUE

SETUP = "import torch\nfrom autograder.notebook import check, workbench\nfrom bertkit.notebook import Prediction"
RIGHT = "def mlm_labels(input_ids, selected):\n    return torch.where(selected, input_ids, -100)"
WRONG = RIGHT.replace("-100", "0")
CHECK = 'check("mlm.mlm_labels", mlm_labels)'
ANSWER_CELL = "mlm-mlm_labels"
GUESS = 'guess = Prediction("share", "How many %?", low=0, high=100, unit="%")'


def save(path: Path, answer: str, seconds_from_now: float = 0) -> None:
    """Write a lesson's notebook, with a moment for the file."""
    metadata = {"nbgrader": {"grade_id": ANSWER_CELL, "solution": True}}
    cells = [
        nbformat.v4.new_code_cell(SETUP, metadata={"tags": ["setup"]}),
        nbformat.v4.new_code_cell(answer, id=ANSWER_CELL, metadata=metadata),
        nbformat.v4.new_code_cell(CHECK),
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    moment = time.time() + seconds_from_now
    os.utime(path, (moment, moment))


@contextmanager
def kernel_of(path: Path) -> Iterator[BlockingKernelClient]:
    """A kernel as Jupyter starts it for a notebook."""
    env = os.environ | {"JPY_SESSION_NAME": str(path)}
    manager, client = start_new_kernel(kernel_name="python3", cwd=str(path.parent), env=env)
    try:
        yield client
    finally:
        client.stop_channels()
        manager.shutdown_kernel(now=True)


def run(client: BlockingKernelClient, code: str, cell_id: str = "any") -> str:
    """What running a cell shows, as text; the id comes along as JupyterLab sends it."""
    content = {"code": code, "silent": False, "store_history": True, "user_expressions": {}, "allow_stdin": False}
    message = client.session.msg("execute_request", {**content, "stop_on_error": False}, metadata={"cellId": cell_id})
    client.shell_channel.send(message)
    shown: list[str] = []
    while True:
        told: dict[str, Any] = client.get_iopub_msg(timeout=60)
        if told["parent_header"].get("msg_id") != message["header"]["msg_id"]:
            continue
        content = told["content"]
        if told["msg_type"] == "status" and content["execution_state"] == "idle":
            return "\n".join(shown)
        text = content.get("text") or content.get("data", {}).get("text/plain") or content.get("evalue")
        shown += [text] if text else []


@pytest.mark.slow
@pytest.mark.usefixtures("importable")
def test_an_answer_outlives_its_kernel(tmp_path: Path) -> None:
    second = tmp_path / "lessons" / "02_masked_language_model" / "02_masked_language_model.ipynb"
    fourth = tmp_path / "lessons" / "04_pretraining_loop" / "04_pretraining_loop.ipynb"
    save(second, RIGHT, -60)
    save(fourth, "")
    with kernel_of(second) as client:
        assert run(client, SETUP) == ""
        run(client, WRONG, ANSWER_CELL)
        assert run(client, CHECK).startswith("◐ Partly right")
        assert "This is the same code as at your last check." in run(client, CHECK)
        save(second, RIGHT, 60)
        assert "Changed since: the cell was saved at" in run(client, CHECK)
        run(client, RIGHT, ANSWER_CELL)
        assert run(client, CHECK) == "✓ Right: mlm.mlm_labels, 2 of 2 points\n2.0"
        assert run(client, f"{GUESS}\nguess.commit(40)") == ""
    with kernel_of(fourth) as client:
        assert run(client, f"{SETUP}\nmine = workbench('mlm.mlm_labels', 'mlm.corrupt')").splitlines() == [
            f"mlm_labels  yours (kept from lesson 2, {day_of(tmp_path)})",
            "corrupt     bertkit's (yours: not checked yet)",
        ]
        labels = "mine.mlm_labels(torch.tensor([3, 4]), torch.tensor([True, False])).tolist()"
        assert run(client, labels) == "[3, -100]"
        assert "No guess committed yet" in run(client, f"{GUESS}\nprint(repr(guess))")
        assert f"1 of {len(CATALOGUE)} exercises" in run(
            client, 'import sys\n!"{sys.executable}" -m autograder progress'
        )
    with kernel_of(second) as client:
        assert "You said 40 %" in run(client, f"{SETUP}\n{GUESS}\nprint(repr(guess))")


def day_of(root: Path) -> str:
    """The day in the one file that was kept."""
    (path,) = (root / "my_work" / "answers").iterdir()
    moment = next(line for line in path.read_text().splitlines() if line.startswith("# passed: "))
    return time.strftime("%d %b", time.strptime(moment[10:20], "%Y-%m-%d")).removeprefix("0")
