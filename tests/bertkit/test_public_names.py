"""The names that a user types, and what it costs to have them."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import bertkit

ROOT = Path(__file__).parents[2]
MODELS = {f"BertFor{kind}" for kind in ("MaskedLM", "PreTraining", "SequenceClassification", "TokenClassification")}
PROMISED = {
    *MODELS,
    *("BertForQuestionAnswering", "BertConfig", "BertEncoder"),
    *("select_positions", "corrupt", "mlm_labels", "mlm_loss", "MaskedLanguageModelling", "next_token_labels"),
    *("sample_pairs", "pack_pair", "nsp_loss", "pretraining_loss", "span_loss"),
    *("MLMHead", "NSPHead", "SequenceClassificationHead", "TokenClassificationHead", "SpanHead"),
    *("load_pretrained", "load_encoder", "load_tokenizer"),
}


def said_by(script: str, *arguments: str) -> str:
    """What a fresh process prints."""
    command = [sys.executable, "-W", "error", "-c", script, *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


def test_what_is_promised_is_public() -> None:
    assert set(bertkit.__all__) >= PROMISED
    assert len(set(bertkit.__all__)) == len(bertkit.__all__)


@pytest.mark.parametrize("name", bertkit.__all__)
def test_a_public_name_is_what_its_module_has_under_it(name: str) -> None:
    found = getattr(bertkit, name)
    assert found.__name__ == name
    assert found is getattr(importlib.import_module(found.__module__), name)
    assert name in dir(bertkit)


def test_all_of_them_at_once() -> None:
    names: dict[str, object] = {}
    exec("from bertkit import *", names)
    assert names.keys() - {"__builtins__"} == set(bertkit.__all__)


def test_a_name_that_is_not_there() -> None:
    with pytest.raises(AttributeError, match="module 'bertkit' has no attribute 'BertForNothing'"):
        _ = bertkit.BertForNothing
    with pytest.raises(ImportError, match="cannot import name 'BertForNothing' from 'bertkit'"):
        exec("from bertkit import BertForNothing")


@pytest.mark.slow
def test_having_the_names_loads_nothing_heavy() -> None:
    heavy = ("torch", "numpy", "tokenizers", "transformers", "typer")
    script = f"import sys, bertkit; dir(bertkit); print([name for name in {heavy} if name in sys.modules])"
    assert said_by(script) == "[]\n"
    used = "import sys, bertkit; bertkit.BertConfig; print('torch' in sys.modules); "
    assert said_by(used + "bertkit.BertEncoder; print('torch' in sys.modules)") == "False\nTrue\n"


def test_the_version_does_not_wait_for_torch() -> None:
    script = (
        "import atexit, sys; atexit.register(lambda: print('torch' in sys.modules))\n"
        "import bertkit.cli; bertkit.cli.main()"
    )
    assert said_by(script, "--version") == f"bertkit {bertkit.__version__}\nFalse\n"
