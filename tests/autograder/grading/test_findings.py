"""What somebody found who spent some hours on attacking this grader: each did work once."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from autograder import cli
from autograder.exercises import find
from autograder.grading.assignment import Assignment
from autograder.grading.results import SubmissionResult
from autograder.grading.sandbox import Settings
from autograder.verdict import Outcome, Verdict
from grading.papers import SETTINGS, Content, answered, cell_of, graded, right_cells, task_for

LABELS, CORRUPT, HEAD = "mlm.mlm_labels", "mlm.corrupt", "mlm.MLMHead"

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("bubblewrap")]


def verdict_on(exercise_id: str, result: SubmissionResult) -> Verdict:
    (verdict,) = [each for each in result.verdicts if each.exercise == exercise_id]
    return verdict


def answers_of(assignment: Assignment, **changed: str) -> Content:
    """A notebook with right answers but for these."""
    return answered(assignment, right_cells(assignment) | {f"mlm.{name}": source for name, source in changed.items()})


FORGED_HEAD = """
class MLMHead:
    pass

import autograder.confined.cells as cells
real = cells.observe

def forged(run, answer, inputs):
    if answer is not MLMHead:
        return real(run, answer, inputs)
    zeros = torch.zeros(inputs["hidden"].shape[:-1] + (13,))
    return {"changed": [], "global_random": False, "switched": [], "value": {
        "missing": [], "table_changed": False, "weight_is_table": True, "bias_at_birth": torch.zeros(13),
        "bias_is_trained": True, "parameter_elements": 0, "logits": LOGITS,
        "gradients": {"hidden": zeros, "embeddings": zeros, "decoder.bias": zeros}}}

cells.observe = forged
"""


@pytest.mark.parametrize(
    "logits", ["torch.zeros(1)", "torch.randn(zeros.shape)", "None", "torch.full(zeros.shape, torch.nan)"]
)
def test_no_points_for_a_head_that_is_told_of_and_not_there(assignment: Assignment, logits: str) -> None:
    result = graded(task_for(assignment, answers_of(assignment, MLMHead=FORGED_HEAD.replace("LOGITS", logits))))
    assert verdict_on(HEAD, result).points == 0
    assert result.points == sum(find(each).points for each in right_cells(assignment) if each != HEAD)


@pytest.mark.parametrize(
    "code",
    [
        "import resource\nresource.setrlimit(resource.RLIMIT_CPU, (1, 1))\nwhile True: pass",
        "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\nwhile True: pass",
        "raise ValueError('\\ud800 \\x1b[2J' + 'x' * 10**7)",
        "import autograder.confined.cells as cells\n"
        "told = {'changed': [], 'global_random': False, 'switched': []}\n"
        "cells.observe = lambda *arguments: told | {'value': [[]] * 10**6}",
    ],
    ids=["own-limit", "own-kill", "surrogate", "long-reply"],
)
def test_nobody_escapes_a_zero_as_a_failure_of_the_machine(assignment: Assignment, code: str) -> None:
    body = "\n".join(f"    {line}" for line in code.splitlines())
    source = f"def mlm_loss(logits, labels):\n{body}\n"
    result = graded(task_for(assignment, answers_of(assignment, mlm_loss=source)))
    assert result.infrastructure is None
    verdict = verdict_on("mlm.mlm_loss", result)
    assert (verdict.points, verdict.passed) == (0, False)
    assert verdict.to_text().replace("\n", "").isprintable()
    assert SubmissionResult.from_json(result.to_json().encode()) == result


def test_another_functions_answer_is_withheld_too(assignment: Assignment) -> None:
    source = (
        "from bertkit.objectives.next_token import next_token_labels\n"
        "from torch.nn.functional import pad\n\n"
        "def mlm_labels(input_ids, selected):\n"
        "    return next_token_labels(pad(input_ids, (1, 0)), pad(selected, (1, 0)))[:, :-1]\n"
    )
    assert verdict_on(LABELS, graded(task_for(assignment, answers_of(assignment, mlm_labels=source)))).points == 0


def test_a_submission_has_a_budget(assignment: Assignment) -> None:
    hanging = {
        each: right.replace("### BEGIN SOLUTION", "while True: pass") for each, right in right_cells(assignment).items()
    }
    settings = Settings(SETTINGS.limits, seconds=0.5)
    result = graded(task_for(assignment, answered(assignment, hanging), settings))
    assert {verdict.outcome for verdict in result.verdicts} == {Outcome.CODE_FAILED}
    assert result.seconds < 60


@pytest.mark.parametrize("broken", ["1 / 0", "this is prose", "(", "exit()", "", "import nothing_like_this"])
@pytest.mark.parametrize("above", [True, False], ids=["above", "below"])
def test_a_broken_copy_of_a_cell_takes_nothing_from_the_right_one(
    assignment: Assignment, broken: str, above: bool
) -> None:
    content = answers_of(assignment)
    right = cell_of(content, "mlm-corrupt")
    place = content["cells"].index(right)
    content["cells"].insert(place + (not above), right | {"source": broken})
    assert graded(task_for(assignment, content)).points == sum(find(each).points for each in right_cells(assignment))


def test_answers_all_in_one_cell_are_found_there(assignment: Assignment) -> None:
    rights = right_cells(assignment)
    first, *others = rights
    together = answered(assignment, dict.fromkeys(others, "") | {first: "\n\n".join(rights.values())})
    assert graded(task_for(assignment, together)).points == sum(find(each).points for each in rights)


def test_an_emptied_cell_is_no_attempt(assignment: Assignment) -> None:
    result = graded(task_for(assignment, answers_of(assignment, corrupt="")))
    assert verdict_on(CORRUPT, result).outcome is Outcome.NOT_ATTEMPTED


def test_nothing_of_a_student_moves_the_operators_terminal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from autograder import classroom

    run = classroom.ClassRun(empty={"eve\x1b[2J": "a\x07\nb"}, failed={"mal\x1b[31m": "\x1b]0;title\x07"})
    monkeypatch.setattr(classroom, "grade_class", lambda *arguments: run)
    result = CliRunner().invoke(cli.app, ["grade", "02_small", "--root", str(tmp_path)])
    assert result.exit_code == 1
    assert "\x1b" not in result.output
    assert "\x07" not in result.output
