"""BERT's WordPiece tokenizer: lower-cased text to sub-word ids, by the `tokenizers` library."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from tokenizers import Tokenizer
from tokenizers.decoders import WordPiece as WordPieceDecoder
from tokenizers.models import WordPiece
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.processors import TemplateProcessing
from tokenizers.trainers import WordPieceTrainer

SPECIAL_TOKENS = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")
"""The special tokens of BERT, in the order of their ids: `[PAD]` is 0."""


@dataclass(frozen=True)
class SpecialIds:
    """Ids of the special tokens in one vocabulary."""

    pad: int
    unk: int
    cls: int
    sep: int
    mask: int


def train_tokenizer(
    texts: Iterable[str], vocab_size: int, min_frequency: int = 2, also_spelled: Iterable[str] = ()
) -> Tokenizer:
    """Learn a WordPiece vocabulary from `texts`.

    Args:
        texts: lines of text, any length.
        vocab_size: upper limit of the vocabulary, special tokens included.
        min_frequency: pairs of pieces rarer than this are not merged.
        also_spelled: words that need not be in `texts`, whose characters the vocabulary is to have too.

    The same texts give the same vocabulary, in every process. Encoding adds `[CLS]` and `[SEP]`, and for a pair a
    second `[SEP]` with token type 1.

    Raises:
        ValueError: if `vocab_size` is too small for the special tokens and the characters, or there is no text.
    """
    texts = list(texts)
    trained = bert_tokenizer({})
    characters = character_pieces(trained, [*texts, *also_spelled])
    if not characters:
        raise ValueError("there is no text to learn a vocabulary from; pass at least one line that is not empty")
    pieces = [*SPECIAL_TOKENS, *characters]
    if vocab_size < len(pieces):
        raise ValueError(
            f"vocab_size is {vocab_size}; the {len(SPECIAL_TOKENS)} special tokens and the {len(characters)} pieces "
            f"of one character need {len(pieces)}"
        )
    # The library numbers continuing characters in the order of a hash table that is another one at every run, and
    # breaks ties between merges by these numbers. What it is told to be special it numbers in the order given.
    trainer = WordPieceTrainer(
        vocab_size=vocab_size, min_frequency=min_frequency, special_tokens=pieces, show_progress=False
    )
    trained.train_from_iterator(texts, trainer)
    tokenizer = bert_tokenizer(trained.get_vocab())
    tokenizer.add_special_tokens(list(SPECIAL_TOKENS))
    add_special_tokens(tokenizer)
    return tokenizer


def bert_tokenizer(vocabulary: dict[str, int]) -> Tokenizer:
    """BERT's pipeline around a WordPiece vocabulary: clean and lower-case, split at spaces and punctuation, look up."""
    tokenizer = Tokenizer(WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = BertPreTokenizer()
    tokenizer.decoder = WordPieceDecoder()
    return tokenizer


def character_pieces(tokenizer: Tokenizer, texts: Iterable[str]) -> list[str]:
    """The pieces of one character that spell the words of `texts`, sorted: first all alone, then those after `##`."""
    chunks = {chunk for text in texts for chunk in text.split(" ")}
    words = {
        word
        for chunk in chunks
        for word, _ in tokenizer.pre_tokenizer.pre_tokenize_str(tokenizer.normalizer.normalize_str(chunk))
    }
    return [
        *sorted({character for word in words for character in word}),
        *sorted({f"##{character}" for word in words for character in word[1:]}),
    ]


def add_special_tokens(tokenizer: Tokenizer) -> None:
    """Make encoding wrap one text as `[CLS] A [SEP]` and two as `[CLS] A [SEP] B [SEP]` (BERT, figure 2)."""
    ids = special_ids(tokenizer)
    tokenizer.post_processor = TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", ids.cls), ("[SEP]", ids.sep)],
    )


def special_ids(tokenizer: Tokenizer) -> SpecialIds:
    """Look the special tokens up. Raises `ValueError` naming the first that is missing."""
    ids = []
    for token in SPECIAL_TOKENS:
        found = tokenizer.token_to_id(token)
        if found is None:
            raise ValueError(f"the vocabulary has no {token} token; BERT needs all of {', '.join(SPECIAL_TOKENS)}")
        ids.append(found)
    return SpecialIds(*ids)


def load_tokenizer(path: str | Path) -> Tokenizer:
    """Read `tokenizer.json`, or the file of this name in a checkpoint's folder.

    Raises:
        ValueError: naming the file where it is missing or not a tokenizer.
    """
    path = Path(path)
    if path.is_dir():
        path /= "tokenizer.json"
    if not path.is_file():
        raise ValueError(f"there is no tokenizer at {path}")
    try:
        tokenizer = Tokenizer.from_file(str(path))
    except Exception as error:  # the library raises bare `Exception` for anything it cannot parse
        raise ValueError(f"{path} is not a tokenizer file: {error}") from error
    # A file from elsewhere may ask for cutting, and text would be lost without a word.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
