"""Tokenized text on disk, memory-mapped: as much of it as the disk holds, at a memory cost that does not grow.

A store is a folder of shards. A shard is four flat files of little-endian integers, so that nothing is parsed and
nothing runs when one is opened:

    shard-00000.tokens      token ids of all sentences, one after the other, uint16 or uint32
    shard-00000.sentences   where each sentence starts among the tokens, and where the last one ends, int64
    shard-00000.documents   where each document starts among the sentences, and where the last one ends, int64
    shard-00000.topics      number of each document's topic, int32
    store.json              dtype, the length of every file, names of topics
"""

import json
from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, islice
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer

SHARD_TOKENS = 1 << 26
"""A shard is closed at the end of the document with which it has so many tokens: 128 MiB of uint16."""
DOCUMENTS_AT_ONCE = 256
"""So many documents are tokenized in one call, which uses all threads that the `tokenizers` library is given."""
STORE_FILE = "store.json"
LARGEST_UINT16 = 1 << 16
TOKEN_TYPES = ("<u2", "<u4")

Numbers = np.ndarray[Any, np.dtype[Any]]


@dataclass(frozen=True)
class Document:
    """A text as a list of sentences."""

    sentences: Sequence[str]
    topic: str = ""
    """What it is about; empty where nobody knows."""


@dataclass(frozen=True)
class Shard:
    """A part of the text that is in one set of files."""

    tokens: Numbers
    sentences: Numbers
    documents: Numbers
    topics: Numbers

    def __len__(self) -> int:
        return len(self.topics)

    def bounds(self, document: int) -> list[int]:
        """Where the sentences of a document start among the tokens, and where the last one ends."""
        first, last = self.documents[document : document + 2].tolist()
        bounds: list[int] = self.sentences[first : last + 1].tolist()
        return bounds


class TokenStore:
    """Documents of tokenized sentences.

    Args:
        shards: at least one.
        topics: names of the topics; a shard holds their numbers.
    """

    def __init__(self, shards: Sequence[Shard], topics: Sequence[str] = ("",)) -> None:
        self.shards = shards
        self.topics = tuple(topics)
        self._ends = list(accumulate(map(len, shards)))

    def __len__(self) -> int:
        """Number of documents."""
        return self._ends[-1]

    @property
    def token_count(self) -> int:
        """Number of tokens, special ones not among them."""
        return sum(len(shard.tokens) for shard in self.shards)

    def locate(self, document: int) -> tuple[int, int]:
        """(number of the shard, number of the document in it)."""
        shard = bisect_right(self._ends, document)
        return shard, document - (self._ends[shard - 1] if shard else 0)

    def topic(self, document: int) -> int:
        """The number of a document's topic."""
        shard, index = self.locate(document)
        return int(self.shards[shard].topics[index])

    @cached_property
    def by_topic(self) -> tuple[Numbers, ...]:
        """For each topic the numbers of its documents, 8 bytes each; made when first asked for."""
        topics = np.concatenate([shard.topics for shard in self.shards])
        return tuple(np.flatnonzero(topics == topic) for topic in range(len(self.topics)))


def write_store(
    folder: Path, documents: Iterable[Document], tokenizer: Tokenizer, shard_tokens: int = SHARD_TOKENS
) -> None:
    """Tokenize documents into the folder `folder`, which is made; one shard's index is held in memory at a time.

    Sentences without a token and documents without a sentence are left out.

    Raises:
        ValueError: if no token is left.
        FileExistsError: if the folder is there already.
    """
    folder.mkdir(parents=True)
    dtype = TOKEN_TYPES[tokenizer.get_vocab_size() > LARGEST_UINT16]
    topics: dict[str, int] = {}
    shards: list[dict[str, int]] = []
    tokenized = tokenize(documents, tokenizer)
    while (first := next(tokenized, None)) is not None:
        shards.append(write_shard(folder / shard_name(len(shards)), first, tokenized, dtype, topics, shard_tokens))
    if not shards:
        raise ValueError("there is no text in these documents; pass at least one sentence with a word")
    description = {"dtype": dtype, "topics": list(topics), "shards": shards}
    (folder / STORE_FILE).write_text(json.dumps(description, indent=1) + "\n", encoding="utf-8")


Tokenized = tuple[list[list[int]], str]
"""A document's sentences as ids, and its topic."""


def tokenize(documents: Iterable[Document], tokenizer: Tokenizer) -> Iterator[Tokenized]:
    """Documents as token ids, without special tokens."""
    documents = iter(documents)
    while chunk := list(islice(documents, DOCUMENTS_AT_ONCE)):
        texts = [sentence for document in chunk for sentence in document.sentences]
        encodings = iter(tokenizer.encode_batch_fast(texts, add_special_tokens=False))
        for document in chunk:
            found = [encoding.ids for encoding in islice(encodings, len(document.sentences))]
            if sentences := [ids for ids in found if ids]:
                yield sentences, document.topic


def write_shard(
    stem: Path, first: Tokenized, rest: Iterator[Tokenized], dtype: str, topics: dict[str, int], shard_tokens: int
) -> dict[str, int]:
    """Write documents until the shard is full; returns the lengths of its files."""
    sentence_starts, document_starts, topic_numbers = array("q", [0]), array("q", [0]), array("i")
    with stem.with_suffix(".tokens").open("wb") as file:
        document: Tokenized | None = first
        while document is not None:
            sentences, topic = document
            flat = [token for sentence in sentences for token in sentence]
            file.write(np.asarray(flat, dtype=dtype).tobytes())
            sentence_starts.extend(accumulate(map(len, sentences), initial=sentence_starts.pop()))
            document_starts.append(len(sentence_starts) - 1)
            topic_numbers.append(topics.setdefault(topic, len(topics)))
            document = next(rest, None) if sentence_starts[-1] < shard_tokens else None
    for part, values, kind in (
        ("sentences", sentence_starts, "<i8"),
        ("documents", document_starts, "<i8"),
        ("topics", topic_numbers, "<i4"),
    ):
        stem.with_suffix(f".{part}").write_bytes(np.asarray(values, dtype=kind).tobytes())
    return {
        "tokens": sentence_starts[-1],
        "sentences": len(sentence_starts),
        "documents": len(document_starts),
        "topics": len(topic_numbers),
    }


def shard_name(number: int) -> str:
    """The name of a shard's files without their endings."""
    return f"shard-{number:05d}"


def open_store(folder: Path) -> TokenStore:
    """Map a store into memory.

    Raises:
        ValueError: naming the file that is missing, cut short or altered in length.
    """
    try:
        described = json.loads((folder / STORE_FILE).read_text(encoding="utf-8"))
        kinds = {"tokens": described["dtype"], "sentences": "<i8", "documents": "<i8", "topics": "<i4"}
        lengths = [{part: int(shard[part]) for part in kinds} for shard in described["shards"]]
        topics = [str(topic) for topic in described["topics"]]
        # Any other type is not ours, and numpy would take the bytes of some for pointers.
        if kinds["tokens"] not in TOKEN_TYPES or not lengths or min(map(min, map(dict.values, lengths))) < 1:
            raise ValueError("it describes no text")
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ValueError(f"{folder / STORE_FILE} is missing or damaged ({error}); prepare the text again") from error
    shards = []
    for number, shard in enumerate(lengths):
        stem = folder / shard_name(number)
        shards.append(
            Shard(**{part: mapped(stem.with_suffix(f".{part}"), kind, shard[part]) for part, kind in kinds.items()})
        )
    return TokenStore(shards, topics)


def mapped(path: Path, dtype: str, length: int) -> Numbers:
    """A file of numbers as a read-only array. Raises `ValueError` where it does not hold `length` of them."""
    there = path.stat().st_size if path.is_file() else 0
    if there != length * np.dtype(dtype).itemsize:
        raise ValueError(
            f"{path} has {there} bytes instead of {length * np.dtype(dtype).itemsize}; prepare the text again"
        )
    return np.memmap(path, dtype=dtype, mode="r", shape=(length,))
