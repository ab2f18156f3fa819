"""A corpus on disk: what is kept to validate on, what is replaced, and what is no corpus."""

import json
import os
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import bertkit.data.corpus
from bertkit.data.corpus import (
    CORPUS_FILE,
    MIN_VALIDATION,
    PreparedCorpus,
    open_corpus,
    prepare_stories,
    prepare_text,
)
from bertkit.data.token_store import TokenStore
from bertkit.story_world import STORYBOOK

STORIES: dict[str, Any] = {"stories": 60, "topics": ["bedtime", "garden"], "vocab_size": 300}


def texts(corpus: PreparedCorpus, store: TokenStore) -> list[str]:
    """The documents of a store, decoded."""
    found = []
    for document in range(len(store)):
        shard, index = store.locate(document)
        bounds = store.shards[shard].bounds(index)
        found.append(corpus.tokenizer.decode(store.shards[shard].tokens[bounds[0] : bounds[-1]].tolist()))
    return found


def write_text(path: Path, documents: int) -> Path:
    """Documents of two lines each; the length of the first word is the number of its document, and one more."""
    path.write_text("\n\n".join(f"{'a' * (number + 1)} is here .\nit sleeps ." for number in range(documents)))
    return path


def word_numbers(corpus: PreparedCorpus, store: TokenStore) -> list[int]:
    return [len(text.split(" ")[0]) - 1 for text in texts(corpus, store)]


def test_stories(tmp_path: Path) -> None:
    corpus = prepare_stories(tmp_path / "corpus", **STORIES)
    assert len(corpus.training) == 60
    assert len(corpus.validation) == MIN_VALIDATION
    assert set(corpus.training.topics) == set(corpus.validation.topics) == {"bedtime", "garden"}
    assert not set(texts(corpus, corpus.training)) & set(texts(corpus, corpus.validation))
    assert corpus.vocab_size == corpus.tokenizer.get_vocab_size() <= 300
    assert corpus.source == {**STORIES, "seed": 0, "cut_rare_names": False, "grouping": "topic"}
    assert (corpus.ids.pad, corpus.ids.mask) == (0, 4)


@pytest.mark.slow
def test_many_stories_have_a_twentieth_to_validate_on(tmp_path: Path) -> None:
    assert len(prepare_stories(tmp_path / "corpus", 600, ["bedtime"], 300).validation) == 30


def test_a_tokenizer_that_is_there_is_kept(tmp_path: Path) -> None:
    """Stories that it was not learned from, or other text, for a model that has learned its ids."""
    first = prepare_stories(tmp_path / "first", **STORIES)
    (tmp_path / "text.txt").write_text("\n".join(f"the bear saw {number} bears ." for number in range(40)))
    for other in (
        prepare_stories(tmp_path / "second", 20, ["snow"], 900, seed=3, tokenizer=first.tokenizer),
        prepare_text(tmp_path / "third", tmp_path / "text.txt", tokenizer=first.tokenizer),
    ):
        assert other.tokenizer.to_str() == first.tokenizer.to_str()


def test_rare_names_are_cut_and_can_be_spelled(tmp_path: Path) -> None:
    """In a small corpus some of the letters of a rare name may come nowhere else."""
    corpus = prepare_stories(tmp_path / "corpus", 10, ["bedtime"], 400, cut_rare_names=True)
    encoded = {toy.name: corpus.tokenizer.encode(toy.name, add_special_tokens=False) for toy in STORYBOOK.toys.values}
    assert all("[UNK]" not in each.tokens for each in encoded.values())
    assert "".join(encoded["painted elephant"].tokens).replace("##", "") == "paintedelephant"
    assert len(encoded["painted elephant"].tokens) > 2
    assert encoded["teddy bear"].tokens == ["teddy", "bear"]


def test_a_seed_decides_every_byte(tmp_path: Path, contents_of: Any) -> None:
    for name, seed in (("first", 0), ("same", 0), ("other", 1)):
        prepare_stories(tmp_path / name, **STORIES, seed=seed)
    assert contents_of(tmp_path / "first") == contents_of(tmp_path / "same")
    differing = [
        name for name, data in contents_of(tmp_path / "first").items() if data != contents_of(tmp_path / "other")[name]
    ]
    assert {"training/shard-00000.tokens", "validation/shard-00000.tokens"} <= set(differing)


@pytest.mark.parametrize("documents", [4, 20, 22, 45])
def test_two_texts_of_twenty_are_validated_on(documents: int, tmp_path: Path) -> None:
    corpus = prepare_text(tmp_path / "corpus", write_text(tmp_path / "text.txt", documents))
    kept = [number for number in range(documents) if number % 20 in (1, 2)]
    assert word_numbers(corpus, corpus.validation) == kept
    assert word_numbers(corpus, corpus.training) == [number for number in range(documents) if number not in kept]
    assert len(corpus.validation) >= 2  # or there would be no random second


@pytest.mark.parametrize(("split", "sentences"), [(True, 2), (False, 1)])
def test_lines_are_split_where_wanted(split: bool, sentences: int, tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("\n\n".join(["The bear slept. The moon was up."] * 5))
    corpus = prepare_text(tmp_path / "corpus", tmp_path / "text.txt", split_sentences=split)
    assert len(corpus.training.shards[0].bounds(0)) == sentences + 1
    assert corpus.source["split_sentences"] is split


def test_a_corpus_opens_as_it_was_prepared(tmp_path: Path) -> None:
    made = prepare_stories(tmp_path / "corpus", **STORIES)
    opened = open_corpus(tmp_path / "corpus")
    assert opened.tokenizer.to_str() == made.tokenizer.to_str()
    assert opened.source == made.source
    for name in ("training", "validation"):
        assert texts(opened, getattr(opened, name)) == texts(made, getattr(made, name))


# Over another one


def test_an_old_corpus_is_replaced(tmp_path: Path, contents_of: Any) -> None:
    folder = tmp_path / "corpus"
    prepare_stories(folder, **STORIES)
    text = write_text(tmp_path / "text.txt", 20)
    prepare_text(folder, text)
    prepare_text(tmp_path / "fresh", text)
    assert contents_of(folder) == contents_of(tmp_path / "fresh")


@pytest.mark.parametrize("name", ["notes.txt", "training.txt", "config.json"])
def test_a_foreign_folder_is_left_alone(name: str, tmp_path: Path, contents_of: Any) -> None:
    folder = tmp_path / "corpus"
    prepare_stories(folder, **STORIES)
    (folder / name).write_text("mine")
    before = contents_of(folder)
    with pytest.raises(ValueError, match=r"corpus holds something other than a corpus; choose another folder"):
        prepare_stories(folder, **STORIES, seed=1)
    assert contents_of(folder) == before


# Half-way


class KilledError(BaseException):
    """Nothing catches it, as nothing catches a SIGKILL."""


@pytest.fixture(scope="module")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus of two seeds, to be copied and compared with."""
    folder = tmp_path_factory.mktemp("prepared")
    for seed in (0, 1):
        prepare_stories(folder / str(seed), **STORIES, seed=seed)
    return folder


@pytest.mark.parametrize("old", [True, False], ids=["over an old one", "the first"])
@pytest.mark.parametrize("step", ["train_tokenizer", "write_store 1", "write_store 2", "os.replace"])
def test_what_died_half_way_is_no_corpus(
    step: str, old: bool, prepared: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, contents_of: Any
) -> None:
    folder = tmp_path / "corpus"
    if old:
        shutil.copytree(prepared / "1", folder)
    with monkeypatch.context() as dying:
        name, _, call = step.partition(" ")
        owner = os if name == "os.replace" else bertkit.data.corpus
        name = name.removeprefix("os.")
        dying.setattr(owner, name, killed_at(getattr(owner, name), int(call or 1)))
        with pytest.raises(KilledError):
            prepare_stories(folder, **STORIES)
    with pytest.raises(ValueError, match=r"corpus holds no whole corpus .*corpus\.json.*; prepare the text again"):
        open_corpus(folder)
    prepare_stories(folder, **STORIES)
    assert contents_of(folder) == contents_of(prepared / "0")


def killed_at(function: Callable[..., Any], call: int) -> Callable[..., Any]:
    """The same function, but for that call, which does half of its work."""
    calls = Counter[str]()

    def dying(*arguments: Any, **named: Any) -> Any:
        calls["so far"] += 1
        if calls["so far"] < call:
            return function(*arguments, **named)
        if function.__name__ == "write_store":
            arguments[0].mkdir(parents=True)
            (arguments[0] / "shard-00000.tokens").write_bytes(b"12")
        raise KilledError

    return dying


# What is no corpus


@pytest.mark.parametrize("text", ["", "{", "5", "null", '["a"]'])
def test_a_damaged_corpus_file_is_named(text: str, tmp_path: Path) -> None:
    prepare_stories(tmp_path / "corpus", **STORIES)
    (tmp_path / "corpus" / CORPUS_FILE).write_text(text)
    with pytest.raises(ValueError, match="corpus holds no whole corpus"):
        open_corpus(tmp_path / "corpus")


@pytest.mark.parametrize("name", ["tokenizer.json", "training/store.json", "validation/shard-00000.topics"])
def test_a_missing_part_is_named(name: str, tmp_path: Path) -> None:
    prepare_stories(tmp_path / "corpus", **STORIES)
    (tmp_path / "corpus" / name).unlink()
    with pytest.raises(ValueError, match=name):
        open_corpus(tmp_path / "corpus")


@pytest.mark.parametrize("documents", [1, 3])
def test_a_text_of_few_documents_is_refused(documents: int, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"text\.txt has fewer than 4 documents; .* put blank lines"):
        prepare_text(tmp_path / "corpus", write_text(tmp_path / "text.txt", documents))
    assert not (tmp_path / "corpus").exists()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"topics": ["astronomy"]}, "'astronomy'"),
        ({"stories": 0}, "no text"),
        ({"vocab_size": 6}, "vocab_size is 6"),
    ],
)
def test_bad_settings_are_named(settings: dict[str, Any], message: str, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=message):
        prepare_stories(tmp_path / "corpus", **STORIES | settings)


def test_an_error_in_a_text_names_the_text(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match=r"text\.txt: vocab_size is 6"):
        prepare_text(tmp_path / "corpus", write_text(tmp_path / "text.txt", 9), vocab_size=6)


def test_the_vocabulary_is_learned_from_the_first_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A text of any length is not held in memory."""
    monkeypatch.setattr(bertkit.data.corpus, "TOKENIZER_SENTENCES", 6)
    text = tmp_path / "text.txt"
    # Documents 1 and 2 are kept to validate on.
    text.write_text("\n\n".join(f"{word} . {word} ." for word in ("aaa", "bbb", "bbb", "ccc", "ddd", "eee", "eee")))
    corpus = prepare_text(tmp_path / "corpus", text)
    assert {"a", "c", "d"} <= corpus.tokenizer.get_vocab().keys()
    assert not {"b", "e"} & corpus.tokenizer.get_vocab().keys()
    assert json.loads((tmp_path / "corpus" / CORPUS_FILE).read_text()) == dict(corpus.source)
    assert len(corpus.training) == 5
