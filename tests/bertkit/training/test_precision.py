"""How fast the processor is in each precision, and which forms the benchmark of pre-training measures by it."""

import importlib.util
import re
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import torch

import bertkit.training.precision
from bertkit.training.precision import SIDES, bfloat16_speed, product_speed

BENCHMARK = Path(__file__).parents[2] / "benchmarks" / "pretraining_speed.py"
FLOAT32 = ["transformers, as commonly used", "transformers, fully tuned, float32", "bertkit, float32"]


@pytest.fixture
def benchmark(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location("pretraining_speed", BENCHMARK)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "pretraining_speed", module)  # its dataclasses look there for their types
    spec.loader.exec_module(module)
    return module


def ticking(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    """Lets every product seem to take so long."""
    ticks: Iterator[int] = count()
    monkeypatch.setattr(bertkit.training.precision, "perf_counter", lambda: seconds * next(ticks))


@pytest.mark.parametrize(("seconds", "side"), [(1.0, SIDES[0]), (0.002, SIDES[-1]), (0.003, SIDES[0])])
def test_where_products_are_slow_the_large_ones_are_left_out(
    monkeypatch: pytest.MonkeyPatch, seconds: float, side: int
) -> None:
    ticking(monkeypatch, seconds)
    assert product_speed(torch.float32) == pytest.approx(2 * side**3 / seconds)


def test_the_ratio_is_bfloat16_over_float32(monkeypatch: pytest.MonkeyPatch) -> None:
    speeds = {torch.float32: 8.0, torch.bfloat16: 2.0}
    monkeypatch.setattr(bertkit.training.precision, "product_speed", speeds.__getitem__)
    assert bfloat16_speed() == 0.25


@pytest.mark.parametrize(("ratio", "low"), [(0.01, False), (0.24, False), (0.25, True), (4.0, True)])
def test_bfloat16_is_measured_where_the_processor_has_it(benchmark: ModuleType, ratio: float, low: bool) -> None:
    names = [form.name for form in benchmark.worth_measuring(ratio)]
    assert names == ([form.name for form in benchmark.FORMS] if low else FLOAT32)
    assert set(benchmark.BASES) <= set(FLOAT32) < {form.name for form in benchmark.FORMS}


@pytest.mark.slow
@pytest.mark.parametrize("ratio", [0.01, 2.5])
def test_the_benchmark_runs_and_says_what_is_left_out(
    benchmark: ModuleType, ratio: float, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, value in {"SIZES": ((1, 64),), "BATCH": 4, "bfloat16_speed": lambda: ratio}.items():
        monkeypatch.setattr(benchmark, name, value)
    benchmark.main(2, 1)
    out = capsys.readouterr().out
    rows = [line.split(" | ")[0].removeprefix("| ") for line in out.splitlines() if re.search(r"\| \d", line)]
    assert rows == [form.name for form in benchmark.worth_measuring(ratio)]
    assert f"run at {ratio} times the speed of float32" in out
    assert ("left out: transformers, the same in bfloat16; " in out) == (ratio < 1)


@pytest.mark.parametrize(("ratio", "warned"), [(0.5, True), (1.5, False)])
def test_the_command_says_where_bfloat16_is_the_slower_one(
    ratio: float, warned: bool, bertkit_command: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bertkit.training.precision, "bfloat16_speed", lambda: ratio)
    options = ["--topics", "bedtime", "--stories", "20", "--steps", "1", "--batch-size", "2", "--vocab-size", "200"]
    result = bertkit_command("pretrain", *options, "--precision", "bf16")
    assert result.status == 0
    assert ("bfloat16 products run at 0.5 times the speed of float32: --precision float32 is" in result.err) == warned
