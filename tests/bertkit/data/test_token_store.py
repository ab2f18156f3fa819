"""Text on disk: what comes back is what went in, and whatever happened to a file is named."""

import json
import pickle
import shutil
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tokenizers import Tokenizer

from bertkit.data.token_store import STORE_FILE, Document, TokenStore, open_store, write_store
from bertkit.data.tokenizer import SPECIAL_TOKENS, bert_tokenizer, train_tokenizer

DOCUMENTS = (
    Document(("the bear slept .", "", "it was warm ."), "sleep"),
    Document((), "nothing"),
    Document(("", " ", "\u200b"), "nothing"),
    Document(("Ein Bär schläft : 眠る 🐻 .",), "bears"),
    Document(("the bear woke .", "the bear ate .", "the bear sang .", "the bear slept ."), "sleep"),
    Document(("a moon",)),
)
KEPT = (0, 3, 4, 5)
"""Those with a token."""
PARTS = ("tokens", "sentences", "documents", "topics")


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer([sentence for document in DOCUMENTS for sentence in document.sentences], 200)


@pytest.fixture
def folder(tmp_path: Path, tokenizer: Tokenizer) -> Path:
    """A store of three shards."""
    write_store(tmp_path / "store", DOCUMENTS, tokenizer, shard_tokens=14)
    return tmp_path / "store"


def ids_of(document: Document, tokenizer: Tokenizer) -> list[list[int]]:
    encoded = [tokenizer.encode(sentence, add_special_tokens=False).ids for sentence in document.sentences]
    return [ids for ids in encoded if ids]


def read(store: TokenStore, document: int) -> tuple[list[list[int]], str]:
    """Sentences and topic of a document."""
    shard, index = store.locate(document)
    bounds = store.shards[shard].bounds(index)
    tokens = store.shards[shard].tokens
    sentences = [tokens[start:stop].tolist() for start, stop in pairwise(bounds)]
    return sentences, store.topics[store.topic(document)]


def assert_holds(store: TokenStore, documents: Sequence[Document], tokenizer: Tokenizer) -> None:
    """These documents, whole and in order, and nothing else."""
    expected = [(ids_of(document, tokenizer), document.topic) for document in documents]
    assert [read(store, number) for number in range(len(store))] == expected
    assert store.token_count == sum(len(ids) for sentences, _ in expected for ids in sentences)


@pytest.mark.parametrize(("shard_tokens", "shards"), [(1, 4), (13, 4), (14, 3), (54, 2), (55, 1), (10**6, 1)])
def test_documents_come_back(shard_tokens: int, shards: int, tmp_path: Path, tokenizer: Tokenizer) -> None:
    write_store(tmp_path / "store", DOCUMENTS, tokenizer, shard_tokens)
    store = open_store(tmp_path / "store")
    assert len(store.shards) == shards
    assert_holds(store, [DOCUMENTS[number] for number in KEPT], tokenizer)


def test_more_documents_than_are_tokenized_at_once(tmp_path: Path, tokenizer: Tokenizer) -> None:
    many = [Document(("the bear", "slept ." * (number % 3)), str(number % 7)) for number in range(700)]
    write_store(tmp_path / "store", iter(many), tokenizer, shard_tokens=500)
    assert_holds(open_store(tmp_path / "store"), many, tokenizer)


def test_bounds_are_of_sentences(folder: Path, tokenizer: Tokenizer) -> None:
    store = open_store(folder)
    assert [store.locate(number) for number in range(4)] == [(0, 0), (0, 1), (1, 0), (2, 0)]
    first = [len(ids) for ids in ids_of(DOCUMENTS[0], tokenizer)]
    assert store.shards[0].bounds(0) == [0, first[0], sum(first)]
    assert store.shards[0].bounds(1)[0] == sum(first)
    assert len(store.shards[1].bounds(0)) == 5


def test_topics(folder: Path) -> None:
    store = open_store(folder)
    assert store.topics == ("sleep", "bears", "")
    assert [numbers.tolist() for numbers in store.by_topic] == [[0, 2], [1], [3]]


@pytest.mark.parametrize(("words", "dtype"), [((1 << 16) - 5, "<u2"), ((1 << 16) - 4, "<u4")])
def test_ids_are_as_wide_as_the_vocabulary_needs(words: int, dtype: str, tmp_path: Path) -> None:
    names = [*SPECIAL_TOKENS, *(f"w{number}" for number in range(words))]
    large = bert_tokenizer({name: number for number, name in enumerate(names)})
    write_store(tmp_path / "store", [Document((f"w0 w{words - 1}",))], large)
    store = open_store(tmp_path / "store")
    assert store.shards[0].tokens.dtype == np.dtype(dtype)
    assert read(store, 0) == ([[5, words + 4]], "")


def test_nothing_is_read_before_it_is_asked_for(folder: Path) -> None:
    for shard in open_store(folder).shards:
        for part in PARTS:
            numbers = getattr(shard, part)
            assert isinstance(numbers, np.memmap)
            with pytest.raises(ValueError, match="read-only"):
                numbers[0] = 1


@pytest.mark.parametrize("documents", [[], [Document(())], [Document(("", " "))]])
def test_a_text_without_a_token_is_refused(documents: Any, tmp_path: Path, tokenizer: Tokenizer) -> None:
    with pytest.raises(ValueError, match="no text in these documents; pass at least one"):
        write_store(tmp_path / "store", documents, tokenizer)


def test_a_folder_that_is_there_is_left_alone(folder: Path, tokenizer: Tokenizer) -> None:
    before = {path: path.read_bytes() for path in folder.iterdir()}
    with pytest.raises(FileExistsError):
        write_store(folder, DOCUMENTS[:1], tokenizer)
    assert {path: path.read_bytes() for path in folder.iterdir()} == before


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-2])


def lengthen(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\0")


def empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("damage", [cut, lengthen, empty, Path.unlink])
@pytest.mark.parametrize("name", [f"shard-00001.{part}" for part in PARTS])
def test_a_damaged_shard_is_named(name: str, damage: Any, folder: Path) -> None:
    damage(folder / name)
    with pytest.raises(ValueError, match=rf"{name} has \d+ bytes instead of \d+; prepare the text again"):
        open_store(folder)


def described(**changed: Any) -> Any:
    """Changes what store.json says."""

    def change(path: Path) -> None:
        path.write_text(json.dumps(json.loads(path.read_text()) | changed))

    change.__name__ = ",".join(f"{name}={value}" for name, value in changed.items())
    return change


@pytest.mark.parametrize(
    "damage",
    [
        Path.unlink,
        cut,
        empty,
        described(dtype="O"),  # numpy would take the bytes for addresses
        described(dtype="<f8"),
        described(dtype=7),
        described(shards=[]),
        described(shards=5),
        described(shards=[{}]),
        described(shards=[dict.fromkeys(PARTS, 0)]),
        described(shards=[dict.fromkeys(PARTS, -1)]),
        described(topics=None),
        lambda path: path.write_text("[]"),
        lambda path: path.write_bytes(b"\xff"),
        lambda path: path.write_bytes(pickle.dumps(path)),
    ],
)
def test_a_damaged_description_is_named(damage: Any, folder: Path) -> None:
    damage(folder / STORE_FILE)
    with pytest.raises(ValueError, match=r"store\.json is missing or damaged .*; prepare the text again"):
        open_store(folder)


def test_a_store_that_was_not_finished_is_none(tmp_path: Path, tokenizer: Tokenizer) -> None:
    def dying() -> Any:
        yield from DOCUMENTS * 100
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_store(tmp_path / "store", dying(), tokenizer, shard_tokens=8)
    assert (tmp_path / "store" / "shard-00000.tokens").exists()
    with pytest.raises(ValueError, match=r"store\.json is missing"):
        open_store(tmp_path / "store")


class Trap:
    """A pickle that makes a folder where it is loaded."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return Path.mkdir, (self.path,)


@pytest.mark.parametrize("part", PARTS)
def test_no_file_is_a_pickle(part: str, folder: Path, tmp_path: Path) -> None:
    path = folder / f"shard-00000.{part}"
    trap = pickle.dumps(Trap(tmp_path / "sprung"))
    assert pickle.loads(trap) is None
    shutil.rmtree(tmp_path / "sprung")
    width = {"tokens": 2, "topics": 4}.get(part, 8)
    trap += b"\0" * (-len(trap) % width)
    path.write_bytes(trap)
    description = json.loads((folder / STORE_FILE).read_text())
    description["shards"][0][part] = len(trap) // width
    (folder / STORE_FILE).write_text(json.dumps(description))
    numbers = getattr(open_store(folder).shards[0], part)
    assert numbers.tobytes() == trap
    assert not (tmp_path / "sprung").exists()
