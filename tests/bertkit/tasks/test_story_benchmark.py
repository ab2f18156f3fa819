"""The benchmark of the story tasks: what was run is not run again, and what the table says."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from bertkit.tasks import STORY_TASKS

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "story_tasks.py"


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("story_tasks", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    monkeypatch.setattr(module, "USUAL", 8)
    monkeypatch.setattr(module, "TEST", 6)
    return module


@pytest.fixture
def model(tmp_path: Path) -> Path:
    (tmp_path / "model.safetensors").write_bytes(b"weights")
    return tmp_path


def test_it_goes_on_after_a_stop(benchmark: ModuleType, model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[tuple[str, int]] = []

    def scores(folder: Path, task: object, way: str, seed: int) -> list[float]:
        if len(taken) == 3:
            raise KeyboardInterrupt
        taken.append((way, seed))
        return [0.5 + seed / 10, 0.25 + seed / 10]

    monkeypatch.setattr(benchmark, "scores", scores)
    asked = (model, ["sentiment"], ["frozen", "end to end"], 2, model / "deep" / "rows.jsonl")
    with pytest.raises(KeyboardInterrupt):
        benchmark.run(*asked)
    assert len(asked[-1].read_text().splitlines()) == 3
    first = taken.copy()
    taken.clear()
    rows = benchmark.run(*asked)
    assert [*first, *taken] == [("frozen", 0), ("end to end", 0), ("frozen", 1), ("end to end", 1)]
    assert [json.loads(line)["seed"] for line in asked[-1].read_text().splitlines()] == [0, 0, 1, 1]
    line = benchmark.table(rows, ["frozen", "end to end"]).splitlines()[-1]
    assert line == "| sentiment | 8 | 50% / 50% ± 0.0% |  | 55% / 30% ± 5.0% | 55% / 30% ± 5.0% |"

    taken.clear()
    assert benchmark.run(*asked) == rows
    assert not taken


@pytest.mark.parametrize("change", ["weights", "examples"])
def test_other_weights_and_examples_are_run_anew(
    benchmark: ModuleType, model: Path, monkeypatch: pytest.MonkeyPatch, change: str
) -> None:
    monkeypatch.setattr(benchmark, "scores", lambda *given: [1.0, 1.0])
    asked = (model, ["sentiment"], ["frozen"], 1, model / "rows.jsonl")
    benchmark.run(*asked)
    monkeypatch.setattr(benchmark, "scores", lambda *given: [0.0, 0.0])
    assert benchmark.run(*asked)[0]["scores"] == [1.0, 1.0]
    if change == "weights":
        (model / "model.safetensors").write_bytes(b"others")
    else:
        monkeypatch.setitem(benchmark.TASKS, "sentiment", lambda *given: STORY_TASKS["sentiment"](*given[:2], 7))
    assert benchmark.run(*asked)[0]["scores"] == [0.0, 0.0]


def test_every_task_has_a_number_of_labels(benchmark: ModuleType) -> None:
    assert benchmark.label_counts("questions") == benchmark.label_counts("questions-names") == (1024, 2048)
    assert {name for name in benchmark.TASKS if benchmark.label_counts(name) == (1024,)} == {
        *("entailment", "entailment-facts", "paraphrase", "paraphrase-roles")
    }
