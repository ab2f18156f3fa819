"""Saving is all or nothing, loading runs no code, and every file that does not fit is named."""

import json
import os
import pickle
import shutil
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import load_file, save_file

import bertkit.model.pretrained
from bertkit.data.corpus import Corpus
from bertkit.model.bert import BertForMaskedLM, BertForSequenceClassification
from bertkit.model.folder import OUR_FILES, SUMS_FILE, check_destination
from bertkit.model.pretrained import load_pretrained, save_pretrained, shipped

WEIGHTS, CONFIG, TOKENIZER = "model.safetensors", "config.json", "tokenizer.json"


@pytest.fixture
def saved(tmp_path: Path, corpus: Corpus, model_for: Any) -> Path:
    path = tmp_path / "saved"
    save_pretrained(path, model_for(0), corpus.tokenizer)
    return path


@pytest.fixture
def unsealed(saved: Path) -> Path:
    """The same without its sums, as people have it who change a file, and as transformers writes it."""
    (saved / SUMS_FILE).unlink()
    return saved


@pytest.fixture(params=["saved", "unsealed"])
def any_saved(request: pytest.FixtureRequest) -> Path:
    return request.getfixturevalue(request.param)


def test_the_files_of_a_checkpoint(saved: Path, contents_of: Any) -> None:
    assert set(contents_of(saved)) == OUR_FILES
    assert {path.name for path in saved.parent.iterdir()} == {"saved"}
    config = json.loads((saved / CONFIG).read_text())
    assert (config["model_type"], config["architectures"]) == ("bert", ["BertForMaskedLM"])
    assert "cls.predictions.decoder.weight" not in load_file(saved / WEIGHTS)


def test_a_later_checkpoint_replaces_an_earlier_one(
    saved: Path, corpus: Corpus, model_for: Any, weights_of: Any
) -> None:
    save_pretrained(saved, model_for(1), corpus.tokenizer)
    assert torch.equal(weights_of(load_pretrained(saved, BertForMaskedLM)[0]), weights_of(model_for(1)))
    assert {path.name for path in saved.parent.iterdir()} == {"saved"}


def test_folders_are_made_and_links_followed(tmp_path: Path, corpus: Corpus, model_for: Any, contents_of: Any) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for path in (tmp_path / "a" / "b" / "c", tmp_path / "link"):
        save_pretrained(path, model_for(), corpus.tokenizer)
        load_pretrained(path, BertForMaskedLM)
    assert (tmp_path / "link").is_symlink()
    assert set(contents_of(tmp_path / "real")) == OUR_FILES


def fail(*args: Any, **kwargs: Any) -> None:
    raise OSError("no space left on device")


def fail_at(call: int, function: Callable[..., Any], error: type[BaseException]) -> Callable[..., Any]:
    """`function`, but call number `call`, from 1, raises."""
    calls = 0

    def failing(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            raise error("stopped here")
        return function(*args, **kwargs)

    return failing


STEPS: list[tuple[object, str, int]] = [
    (Path, "write_text", 1),
    (bertkit.model.pretrained, "save_file", 1),
    (bertkit.model.pretrained, "tokenizer_config", 1),
    (Path, "write_text", 2),
    (Path, "chmod", 1),
    (os, "replace", 1),
    (os, "replace", 2),
]


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
@pytest.mark.parametrize(("owner", "name", "call"), STEPS, ids=[f"{name} {call}" for _, name, call in STEPS])
def test_a_save_that_dies_leaves_the_earlier_one_whole(
    owner: object,
    name: str,
    call: int,
    error: type[BaseException],
    saved: Path,
    corpus: Corpus,
    model_for: Any,
    monkeypatch: pytest.MonkeyPatch,
    contents_of: Any,
) -> None:
    before = contents_of(saved.parent)
    with monkeypatch.context() as patch:
        patch.setattr(owner, name, fail_at(call, getattr(owner, name), error))
        with pytest.raises(error, match="stopped here"):
            save_pretrained(saved, model_for(1), corpus.tokenizer)
    assert contents_of(saved.parent) == before
    load_pretrained(saved, BertForMaskedLM)


def test_a_first_save_that_dies_leaves_nothing(
    tmp_path: Path, corpus: Corpus, model_for: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bertkit.model.pretrained, "save_file", fail)
    with pytest.raises(OSError, match="no space"):
        save_pretrained(tmp_path / "saved", model_for(), corpus.tokenizer)
    assert not list(tmp_path.iterdir())


def a_folder_with_notes(path: Path) -> None:
    path.mkdir()
    (path / "notes.txt").write_text("mine")


def a_checkpoint_with_notes(path: Path) -> None:
    a_folder_with_notes(path)
    (path / CONFIG).write_text("{}")


def a_file(path: Path) -> None:
    path.write_text("mine")


@pytest.mark.parametrize("make", [a_folder_with_notes, a_checkpoint_with_notes, a_file])
@pytest.mark.parametrize("save", [True, False], ids=["save_pretrained", "check_destination"])
def test_other_things_are_left_alone(
    make: Callable[[Path], None], save: bool, tmp_path: Path, corpus: Corpus, model_for: Any, contents_of: Any
) -> None:
    path = tmp_path / "kept"
    make(path)
    before = contents_of(tmp_path)
    act = partial(save_pretrained, path, model_for(), corpus.tokenizer) if save else partial(check_destination, path)
    with pytest.raises(ValueError, match=r"kept holds something other than a checkpoint"):
        act()
    assert contents_of(tmp_path) == before


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ValueError, match=r"file/below cannot be written"):
        check_destination(tmp_path / "file" / "below")


@pytest.mark.parametrize("make", [lambda path: None, Path.mkdir], ids=["nothing there", "an empty folder"])
def test_a_good_place_stays_as_it_is(make: Callable[[Path], None], tmp_path: Path) -> None:
    path = tmp_path / "new"
    make(path)
    before = sorted(tmp_path.rglob("*"))
    check_destination(path)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("kept", [0, 1, 0.5, 0.999], ids=["empty", "one byte", "half", "nearly whole"])
@pytest.mark.parametrize("name", [WEIGHTS, CONFIG, TOKENIZER])
def test_a_cut_file_is_named(name: str, kept: float, any_saved: Path) -> None:
    content = (any_saved / name).read_bytes()
    (any_saved / name).write_bytes(content[: kept if isinstance(kept, int) else int(kept * (len(content) - 2))])
    with pytest.raises(ValueError, match=name):
        load_pretrained(any_saved, BertForMaskedLM)


@pytest.mark.parametrize("name", [WEIGHTS, CONFIG, TOKENIZER])
@pytest.mark.parametrize("damage", ["missing", "a folder", "noise"])
def test_a_damaged_file_is_named(name: str, damage: str, any_saved: Path) -> None:
    (any_saved / name).unlink()
    if damage == "a folder":
        (any_saved / name).mkdir()
    elif damage == "noise":
        (any_saved / name).write_bytes(bytes(range(256)) * 20)
    with pytest.raises(ValueError, match=name):
        load_pretrained(any_saved, BertForMaskedLM)


@pytest.mark.parametrize("name", sorted(OUR_FILES - {SUMS_FILE}))
def test_one_altered_bit_is_named(name: str, saved: Path) -> None:
    content = bytearray((saved / name).read_bytes())
    content[-4] ^= 1  # in the weights: a number that is a little different
    (saved / name).write_bytes(content)
    with pytest.raises(ValueError, match=name):
        load_pretrained(saved, BertForMaskedLM)


def test_the_sums_are_those_of_sha256sum(saved: Path) -> None:
    subprocess.run(["sha256sum", "--check", "--strict", SUMS_FILE], cwd=saved, check=True, capture_output=True)


def test_a_missing_checkpoint_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no checkpoint at .*nowhere; make one with `bertkit pretrain --output"):
        load_pretrained(tmp_path / "nowhere", BertForMaskedLM)


def test_a_model_that_is_not_there_says_how_to_get_it(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"no checkpoint at .*bert-base; make one .* or save a BERT of transformers"):
        BertForMaskedLM.from_pretrained(str(tmp_path / "bert-base"))
    with pytest.raises(ValueError, match=r"safetensors: the checkpoint has no 'classifier\.weight'.* use load_encoder"):
        BertForSequenceClassification.from_pretrained(str(shipped()))


NAME = "bert.encoder.layer.1.output.dense.weight"
CHANGES: dict[str, tuple[Callable[[dict[str, Any]], Any], str]] = {
    "one missing": (lambda weights: weights.pop(NAME), f"no '{NAME}'"),
    "one of another shape": (
        lambda weights: weights.update({NAME: torch.zeros(3, 4)}),
        rf"'{NAME}' has shape \(3, 4\)",
    ),
    "none": (lambda weights: weights.clear(), "the checkpoint has no"),
}


@pytest.mark.parametrize(("change", "message"), CHANGES.values(), ids=CHANGES)
def test_weights_that_do_not_fit_are_named(change: Callable[..., Any], message: str, unsealed: Path) -> None:
    weights = load_file(unsealed / WEIGHTS)
    change(weights)
    save_file(weights, unsealed / WEIGHTS)
    with pytest.raises(ValueError, match=rf"{WEIGHTS}: .*{message}"):
        load_pretrained(unsealed, BertForMaskedLM)


@pytest.mark.parametrize(("field", "value"), [("hidden_size", 48), ("vocab_size", 301), ("num_hidden_layers", 3)])
def test_a_configuration_of_another_model_is_named(field: str, value: int, unsealed: Path) -> None:
    config = json.loads((unsealed / CONFIG).read_text())
    (unsealed / CONFIG).write_text(json.dumps(config | {field: value}))
    with pytest.raises(ValueError, match=WEIGHTS):
        load_pretrained(unsealed, BertForMaskedLM)


def test_a_tokenizer_of_another_model_is_named(saved: Path, corpus: Corpus, model_for: Any, tmp_path: Path) -> None:
    from dataclasses import replace

    small = BertForMaskedLM(replace(model_for().config, vocab_size=100))
    save_pretrained(tmp_path / "other", small, corpus.tokenizer)
    with pytest.raises(ValueError, match=r"tokenizer\.json has 300 tokens, the model only 100"):
        load_pretrained(tmp_path / "other", BertForMaskedLM)


def test_parts_that_this_model_lacks_are_left_out(unsealed: Path, model_for: Any, weights_of: Any) -> None:
    weights = load_file(unsealed / WEIGHTS)
    save_file({**weights, "bert.pooler.dense.weight": torch.ones(24, 24)}, unsealed / WEIGHTS)
    assert torch.equal(weights_of(load_pretrained(unsealed, BertForMaskedLM)[0]), weights_of(model_for(0)))


class Bomb:
    """Unpickling it leaves a mark."""

    def __init__(self, mark: Path) -> None:
        self.mark = mark

    def __reduce__(self) -> tuple[Any, ...]:
        return (os.mkdir, (str(self.mark),))


@pytest.mark.parametrize("name", [WEIGHTS, CONFIG, TOKENIZER, "pytorch_model.bin"])
def test_loading_never_unpickles(name: str, saved: Path, tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    if name == "pytorch_model.bin":
        (saved / WEIGHTS).unlink()
        torch.save({"weights": Bomb(mark)}, saved / name)
    else:
        (saved / name).write_bytes(pickle.dumps(Bomb(mark)))
    with pytest.raises(ValueError, match=WEIGHTS if name == "pytorch_model.bin" else name):
        load_pretrained(saved, BertForMaskedLM)
    assert not mark.exists()
    pickle.loads(pickle.dumps(Bomb(mark)))
    assert mark.exists()  # the bomb is a real one


def test_a_checkpoint_can_be_moved(saved: Path, tmp_path: Path) -> None:
    shutil.move(saved, tmp_path / "a new place")
    load_pretrained(tmp_path / "a new place", BertForMaskedLM)
