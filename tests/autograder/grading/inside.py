"""Asking a sandbox what a learner's code sees and may do in it."""

import json
from typing import Any

import torch

from autograder.exercises import find
from autograder.grading.sandbox import Sandbox, Settings
from autograder.running.channel import Channel

EXERCISE = find("mlm.mlm_labels")
INPUTS = {"input_ids": torch.zeros(1, 1, dtype=torch.long), "selected": torch.zeros(1, 1, dtype=torch.bool)}
SETUP = "import torch\n"
SECONDS = 60.0
TELL = """
import json
def mlm_labels(input_ids, selected):
    return torch.tensor(list(json.dumps(found).encode()), dtype=torch.uint8)
"""


def make_sandbox(settings: Settings | None = None, setup: str = SETUP) -> Sandbox:
    """A sandbox for one exercise, not started yet."""
    return Sandbox([EXERCISE], [setup], settings or Settings())


def told(channel: Channel, code: str) -> Any:
    """What the code leaves in `found`, run as the answer's cell. Raises `StoppedError` where it comes to no end."""
    with channel.within(SECONDS):
        cells = [{"exercise": None, "source": SETUP}, {"exercise": EXERCISE.id, "source": code + TELL}]
        channel.send(cells)
        for _ in cells:
            channel.receive_loaded()
        channel.send({"exercise": EXERCISE.id, "inputs": INPUTS})
        record = channel.receive_record(INPUTS)
    assert "raised" not in record, record["raised"]
    return json.loads(bytes(record["value"].tolist()))


def ask(sandbox: Sandbox, code: str) -> Any:
    """The same, in a session of its own."""
    with sandbox.session() as (channel, _):
        return told(channel, code)
