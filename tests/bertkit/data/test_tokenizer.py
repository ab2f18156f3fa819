"""Special tokens, the template of pairs, the same vocabulary in every process, and the same ids in transformers."""

from pathlib import Path
from typing import Any

import pytest
from tokenizers import Tokenizer

from bertkit.data.corpus import Corpus
from bertkit.data.tokenizer import SPECIAL_TOKENS, SpecialIds, load_tokenizer, special_ids, train_tokenizer
from bertkit.model.pretrained import save_pretrained
from bertkit.story_world import StoryWorld

TEXTS = ["this teddy bear is so cute .", "the bear hugs the teddy .", "Is this bear cute ?"] * 3


@pytest.fixture(scope="module")
def tokenizer() -> Tokenizer:
    return train_tokenizer(TEXTS, vocab_size=80)


def test_special_ids_come_first(tokenizer: Tokenizer) -> None:
    assert special_ids(tokenizer) == SpecialIds(pad=0, unk=1, cls=2, sep=3, mask=4)
    assert [tokenizer.id_to_token(index) for index in range(5)] == list(SPECIAL_TOKENS)


def test_one_text_is_wrapped(tokenizer: Tokenizer) -> None:
    encoding = tokenizer.encode("This TEDDY bear")
    assert encoding.tokens == ["[CLS]", "this", "teddy", "bear", "[SEP]"]
    assert encoding.type_ids == [0] * 5


def test_a_pair_is_wrapped(tokenizer: Tokenizer) -> None:
    encoding = tokenizer.encode("teddy bear", "cute")
    assert encoding.tokens == ["[CLS]", "teddy", "bear", "[SEP]", "cute", "[SEP]"]
    assert encoding.type_ids == [0, 0, 0, 0, 1, 1]


@pytest.mark.parametrize("token", SPECIAL_TOKENS)
def test_a_special_token_in_the_text_is_one_token(tokenizer: Tokenizer, token: str) -> None:
    assert tokenizer.encode(f"teddy{token}bear").tokens == ["[CLS]", "teddy", token, "bear", "[SEP]"]


def test_pieces_and_unknown_characters(tokenizer: Tokenizer) -> None:
    assert tokenizer.encode("teddies ∂").tokens[-2:] == ["[UNK]", "[SEP]"]
    pieces = tokenizer.encode("bears").tokens[1:-1]
    assert pieces == ["bear", "##s"]
    assert tokenizer.decode(tokenizer.encode("the bear hugs").ids) == "the bear hugs"


def test_the_limit_of_the_vocabulary() -> None:
    for limit in (40, 50):
        assert train_tokenizer(TEXTS, limit).get_vocab_size() == limit


@pytest.mark.parametrize("vocab_size", [-1, 0, 5])
def test_a_vocabulary_without_room_is_refused(vocab_size: int) -> None:
    with pytest.raises(ValueError, match=f"vocab_size is {vocab_size}"):
        train_tokenizer(TEXTS, vocab_size)


@pytest.mark.parametrize("texts", [[], [""], [" ", "\n"]])
def test_no_text_is_refused(texts: list[str]) -> None:
    with pytest.raises(ValueError, match="no text"):
        train_tokenizer(texts, 100)


@pytest.mark.parametrize("missing", SPECIAL_TOKENS)
def test_a_missing_special_token_is_named(missing: str) -> None:
    from tokenizers.models import WordPiece

    vocabulary = {token: index for index, token in enumerate(SPECIAL_TOKENS) if token != missing}
    with pytest.raises(ValueError, match=rf"no \[{missing[1:-1]}\] token"):
        special_ids(Tokenizer(WordPiece(vocabulary, unk_token="[UNK]")))


@pytest.mark.slow
def test_every_process_learns_the_same_vocabulary(another_python: Any) -> None:
    script = (
        "from bertkit.story_world import StoryWorld\nfrom bertkit.data.tokenizer import train_tokenizer\n"
        "print(train_tokenizer((story.text for story in StoryWorld().stories(0, 60)), 500).to_str())"
    )
    learned = train_tokenizer((story.text for story in StoryWorld().stories(0, 60)), 500)
    assert another_python(script) == f"{learned.to_str()}\n"
    assert learned.get_vocab_size() == 500


@pytest.mark.parametrize("content", [None, "", "{}", "[]", "not json", '{"version": "1.0"}'])
def test_a_bad_file_is_named(content: str | None, tmp_path: Path) -> None:
    path = tmp_path / "tokenizer.json"
    if content is not None:
        path.write_text(content)
    for given in (path, str(path), tmp_path):
        with pytest.raises(ValueError, match=r"tokenizer\.json"):
            load_tokenizer(given)


@pytest.mark.parametrize(
    "text",
    [
        ("the teddy bear dreamed .",),
        ("the teddy bear dreamed .", "it was so cute !"),
        ("Who sleeps in the [MASK] ?", "[MASK] does ."),
        ("ÀÉ ∂ unheard-of",),
        ("",),
    ],
)
def test_auto_tokenizer_gives_the_same(text: tuple[str, ...], corpus: Corpus, model_for: Any, tmp_path: Path) -> None:
    import transformers

    save_pretrained(tmp_path / "saved", model_for(), corpus.tokenizer)
    assert load_tokenizer(tmp_path / "saved").to_str() == corpus.tokenizer.to_str()
    theirs = transformers.AutoTokenizer.from_pretrained(tmp_path / "saved")
    expected = corpus.tokenizer.encode(*text)
    encoded = theirs(*text)
    assert encoded["input_ids"] == expected.ids
    assert encoded["token_type_ids"] == expected.type_ids
    assert encoded["attention_mask"] == expected.attention_mask
    assert theirs.mask_token_id == corpus.ids.mask
    assert theirs.pad_token_id == corpus.ids.pad
    assert theirs.model_max_length == 32


def test_words_of_elsewhere_can_be_spelled() -> None:
    texts = ["the bear sat ."] * 3
    plain, wider = train_tokenizer(texts, 60), train_tokenizer(texts, 60, also_spelled=["fox"])
    assert "[UNK]" in plain.encode("fox").tokens
    assert wider.encode("fox", add_special_tokens=False).tokens == ["f", "##o", "##x"]
    assert wider.encode("bear", add_special_tokens=False).tokens == ["bear"]
