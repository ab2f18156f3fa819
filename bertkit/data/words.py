"""Words in rows of token ids: which pieces make one, and which words are everywhere."""

from collections import Counter

import torch
from tokenizers import Tokenizer
from torch import Tensor

from bertkit.data.token_store import TokenStore

EVERYWHERE = 0.3
"""A word that stands in more than this share of all documents is said again by chance, and tells nothing by it."""
COUNTED_DOCUMENTS = 2000
"""The share is that of the first so many documents."""
CONTINUES = "##"
"""What a piece begins with that does not begin a word (BERT's WordPiece)."""


def continuing_pieces(tokenizer: Tokenizer) -> Tensor:
    """Which tokens of the vocabulary go on with a word that another one began.

    Returns:
        Shape: (V,), bool
    """
    pieces = [str(tokenizer.id_to_token(index)) for index in range(tokenizer.get_vocab_size())]
    return torch.tensor([piece.startswith(CONTINUES) for piece in pieces])


def tokens_everywhere(store: TokenStore, vocab_size: int, share: float = EVERYWHERE) -> Tensor:
    """Which tokens stand in more than `share` of the documents: punctuation, `the`, `and`, `said`.

    Args:
        store: tokenized text; its first `COUNTED_DOCUMENTS` documents are counted.
        vocab_size: V
        share: of the documents.

    Returns:
        Shape: (V,), bool
    """
    documents = min(COUNTED_DOCUMENTS, len(store))
    counts: Counter[int] = Counter()
    for number in range(documents):
        shard, index = store.locate(number)
        bounds = store.shards[shard].bounds(index)
        counts.update(set(store.shards[shard].tokens[bounds[0] : bounds[-1]].tolist()))
    return torch.tensor([counts[token] > share * documents for token in range(vocab_size)])


def words_of_row(ids: list[int], special: list[bool], continues: Tensor) -> list[tuple[int, int]]:
    """Where the words of one row start and stop; special tokens belong to none.

    >>> words_of_row([2, 7, 8, 9, 3], [True, False, False, False, True], torch.arange(10) == 8)
    [(1, 3), (3, 4)]
    """
    found: list[tuple[int, int]] = []
    for position, token in enumerate(ids):
        if special[position]:
            continue
        if continues[token] and found and found[-1][1] == position:
            found[-1] = (found[-1][0], position + 1)
        else:
            found.append((position, position + 1))
    return found
