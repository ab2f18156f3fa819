"""Words in rows of ids against what their text says."""

import pytest
import torch

from bertkit.data.corpus import PreparedCorpus, prepare_text
from bertkit.data.words import continuing_pieces, tokens_everywhere, words_of_row

TEXT = ["the fox ran .", "the owl slept .", "the fox and the owl met .", "the hen !", "the crow .", "the ox ."] * 4


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> PreparedCorpus:
    folder = tmp_path_factory.mktemp("words")
    (folder / "text.txt").write_text("\n".join(TEXT))
    return prepare_text(folder / "corpus", folder / "text.txt", 36)


def test_words_are_the_words_of_the_text(text: PreparedCorpus) -> None:
    encoded = text.tokenizer.encode("the crow met the fox and slept .")
    special = [token in ("[CLS]", "[SEP]") for token in encoded.tokens]
    bounds = words_of_row(encoded.ids, special, continuing_pieces(text.tokenizer))
    assert len(encoded.ids) > len(bounds) + 2  # some are cut
    spelled = ["".join(encoded.tokens[start:stop]).replace("##", "") for start, stop in bounds]
    assert spelled == ["the", "crow", "met", "the", "fox", "and", "slept", "."]


def test_a_special_token_parts_words() -> None:
    continues = torch.arange(10) == 8
    assert words_of_row([2, 7, 3, 8, 8], [True, False, True, False, False], continues) == [(1, 2), (3, 5)]


def test_what_is_everywhere(text: PreparedCorpus) -> None:
    share = 0.9
    everywhere = tokens_everywhere(text.training, text.vocab_size, share)
    rows = [set(text.tokenizer.encode(line).tokens) for number, line in enumerate(TEXT) if number % 20 not in (1, 2)]
    names = {text.tokenizer.id_to_token(int(token)) for token in everywhere.nonzero()}
    assert names == {
        token
        for token in set().union(*rows) - {"[CLS]", "[SEP]"}
        if sum(token in row for row in rows) > share * len(rows)
    }
    assert names >= {"th", "##e"}
    assert everywhere.shape == (text.vocab_size,)


def test_nothing_is_everywhere_where_all_of_the_documents_are_asked_for(text: PreparedCorpus) -> None:
    assert not tokens_everywhere(text.training, text.vocab_size, 1.0).any()
