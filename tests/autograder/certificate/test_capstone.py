"""The capstone: a lesson without exercises, which is built and released as the others are, and is no assignment."""

import ast
import importlib.util
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import nbformat
import pytest
import torch
from torch import Tensor, nn

from autograder.build import build
from autograder.exercises import CATALOGUE
from autograder.grading.assignment import AssignmentError, read_assignment
from autograder.lessons.notebooks import PERSONAL, tags_of
from autograder.lessons.source import assignment_names, lesson_names, lesson_path, read_lesson, source_path
from bertkit.data.tokenizer import train_tokenizer
from bertkit.model.bert import BertForPreTraining, BertForTokenClassification, Size
from bertkit.model.heads import MLMHead, TokenClassificationHead
from bertkit.model.pretrained import OWN_ATTENTION

PROJECT = Path(__file__).parents[3]
NAME = "07_capstone"


@pytest.fixture(scope="module")
def root(make_course: Callable[[Path], Path], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A course with this lesson alone, built without being run."""
    root = make_course(tmp_path_factory.mktemp("capstone") / "course")
    source = source_path(root, NAME)
    source.parent.mkdir(parents=True)
    shutil.copy(source_path(PROJECT, NAME), source)
    build(root, execute=False)
    return root


def test_it_is_released_without_exercises_and_without_anybodys_figures(root: Path) -> None:
    notebook = nbformat.read(lesson_path(root, NAME), as_version=4)
    assert not [cell for cell in notebook.cells if cell.metadata.get("nbgrader")]
    for cell in notebook.cells:
        if cell.cell_type == "code" and ("mine" in cell.source or "bench" in cell.source):
            assert PERSONAL in tags_of(cell) or "setup" in tags_of(cell), cell.source


def test_it_is_a_lesson_and_no_assignment(root: Path) -> None:
    assert (lesson_names(root), assignment_names(root)) == ([NAME], [])
    with pytest.raises(AssignmentError, match="no exercise that is judged"):
        read_assignment(root, NAME)


def code_cells() -> list[str]:
    """The code of the lesson."""
    return [cell.source for cell in read_lesson(source_path(PROJECT, NAME)).cells if cell.kind.value == "code"]


def test_it_uses_the_answer_to_every_exercise() -> None:
    """Every name that an exercise defines is taken from the bench."""
    used = {
        node.attr
        for node in ast.walk(ast.parse("\n".join(code_cells())))
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "mine"
    }
    assert used == {name for exercise in CATALOGUE for name in exercise.names}


class OneMatrix(nn.Module):
    """A head for hidden words that is built in another way than BERT's."""

    def __init__(self, hidden_size: int, token_embeddings: nn.Embedding) -> None:
        super().__init__()
        self.scores = nn.Linear(hidden_size, token_embeddings.num_embeddings)

    def forward(self, hidden: Tensor) -> Tensor:
        scores: Tensor = self.scores(hidden)
        return scores


class OneMatrixOfLabels(nn.Module):
    """The same for labels."""

    def __init__(self, hidden_size: int, labels: int, dropout: float) -> None:
        super().__init__()
        self.scores = nn.Linear(hidden_size, labels)

    def forward(self, hidden: Tensor) -> Tensor:
        scores: Tensor = self.scores(hidden)
        return scores


def uniform(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
    """An attention that computes something else: the mean of all values."""
    weights = torch.full((*query.shape[:-1], key.shape[-2]), 1 / key.shape[-2])
    return weights @ value, weights


def told_of(tmp_path: Path, parts: dict[str, Any], head: Any, attention: Any) -> dict[str, str]:
    """What the lesson's cell says of two models with these parts."""
    (cell,) = [each for each in code_cells() if "def opened_in_transformers" in each]
    tokenizer = train_tokenizer(["this teddy bear is so cute ."] * 2, vocab_size=60)
    config = Size(16, 1, 2).config(tokenizer.get_vocab_size(), 16)
    places: dict[str, Any] = {
        "model": BertForPreTraining(config, **parts, attention=attention),
        "learned": {
            "entities": SimpleNamespace(model=BertForTokenClassification(config, head=head, attention=attention))
        },
        "encoder_folder": tmp_path / "encoder",
        "tagger_folder": tmp_path / "tagger",
        "corpus": SimpleNamespace(tokenizer=tokenizer),
        "torch": torch,
        "importlib": importlib,
        "OWN_ATTENTION": OWN_ATTENTION,
    }
    places["model"].save_pretrained(places["encoder_folder"], tokenizer)
    exec(cell, places)
    told: dict[str, str] = places["elsewhere"]
    assert set(told) in ({"encoder", "tagger"}, {"not tried"})
    return told


@pytest.mark.parametrize(
    ("parts", "head", "whole"),
    [({}, TokenClassificationHead, True), ({"mlm_head": OneMatrix}, OneMatrixOfLabels, False)],
)
def test_the_saved_models_compute_the_same_elsewhere(
    parts: dict[str, Any], head: Any, whole: bool, tmp_path: Path
) -> None:
    """A head that nobody else has does not keep the encoder below from being compared."""
    for told in told_of(tmp_path, parts, head, None).values():
        outputs, apart = re.findall(r"([\d,]+) outputs, the furthest apart by ([\d.e+-]+)", told)[0]
        assert int(outputs.replace(",", "")) > 0
        assert float(apart) < 1e-5
        assert ("of the encoder alone" in told) != whole


def test_an_attention_that_computes_something_else_is_not_compared(tmp_path: Path) -> None:
    told = told_of(tmp_path, {"mlm_head": MLMHead}, TokenClassificationHead, uniform)
    assert all("not tried: your attention" in each for each in told.values())


def test_without_transformers_it_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert "is not installed here" in told_of(tmp_path, {}, TokenClassificationHead, None)["not tried"]
