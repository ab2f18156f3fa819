"""Copying is measured: what is asked, what a copier and a guesser get, and what the best possible reader gets."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import Tensor, nn

from bertkit.data.batches import TokenizedExamples
from bertkit.data.corpus import PreparedCorpus, prepare_stories, prepare_text
from bertkit.data.reading import PretrainingExample, Reader
from bertkit.evaluation.copying import KINDS, NAMES, TOYS, CopyingQuestions, copying_limits, copying_questions
from bertkit.evaluation.floors import best_reader

SOOTY = "sooty was ready for bed . where is my teddy bear ? asked sooty . the teddy bear was under the bed , said mia ."
RUBY = "ruby looked under the wardrobe and behind the wardrobe . it is not here , said ruby ."


@pytest.fixture(scope="module")
def stories(tmp_path_factory: pytest.TempPathFactory) -> PreparedCorpus:
    """A world whose tokenizer cuts some of the toys and many other words."""
    folder = tmp_path_factory.mktemp("stories") / "corpus"
    return prepare_stories(folder, 400, ["bedtime", "garden"], 500, cut_rare_names=True)


@pytest.fixture(scope="module")
def by_hand(stories: PreparedCorpus) -> TokenizedExamples:
    ids = stories.ids
    rows = [stories.tokenizer.encode(text).ids for text in (SOOTY, RUBY)]
    return TokenizedExamples(rows, ids.pad, (ids.pad, ids.cls, ids.sep))


Read = tuple[Reader, list[PretrainingExample], CopyingQuestions]


@pytest.fixture(scope="module", params=["random", "none"])
def read(request: pytest.FixtureRequest, stories: PreparedCorpus) -> Read:
    reader = Reader(stories.training, stories.ids, 96, negatives=request.param)
    examples = reader.first_examples(300, 0)
    return reader, examples, copying_questions(stories, reader.in_memory(examples), most=60)


class Stub(nn.Module):
    """Says at every position what `answer` makes of the ids that it is shown."""

    def __init__(self, answer: Callable[[Tensor], Tensor], vocab_size: int) -> None:
        super().__init__()
        self.answer, self.vocab_size = answer, vocab_size

    def forward(self, input_ids: Tensor, **rest: Any) -> Tensor:
        return nn.functional.one_hot(self.answer(input_ids), self.vocab_size).float()


def truth_of(asked: CopyingQuestions, number: int) -> tuple[int, ...]:
    question = asked.questions[number]
    return tuple(asked.examples.sequences[question.example][question.start : question.stop])


def text_of(stories: PreparedCorpus, pieces: tuple[int, ...]) -> str:
    return " ".join(str(stories.tokenizer.id_to_token(piece)) for piece in pieces).replace(" ##", "")


def test_by_hand(stories: PreparedCorpus, by_hand: TokenizedExamples) -> None:
    asked = copying_questions(stories, by_hand)
    found = {(each.kind, each.example): text_of(stories, truth_of(asked, n)) for n, each in enumerate(asked.questions)}
    assert found["two_names", 0] == "sooty"
    assert found["toy", 0] == "teddy bear"
    assert found["one_name", 1] == "ruby"
    assert found["word", 0] in ("sooty", "teddy", "bear", "bed")
    assert found["word", 1] in ("ruby", "wardrobe")
    assert set(found) == {("two_names", 0), ("toy", 0), ("word", 0), ("one_name", 1), ("word", 1)}
    # Never `the`, which is said twice in both: it is everywhere.
    for seed in range(30):
        again = copying_questions(stories, by_hand, seed=seed)
        words = {text_of(stories, truth_of(again, n)) for n, each in enumerate(again.questions) if each.kind == "word"}
        assert words <= {"sooty", "teddy", "bear", "bed", "ruby", "wardrobe"}


def test_every_question_can_be_copied(stories: PreparedCorpus, read: Read) -> None:
    _, _, asked = read
    counts = Counter(question.kind for question in asked.questions)
    assert set(counts) == set(KINDS)
    assert max(counts.values()) <= 60
    assert counts["word"] == 60
    assert len({(question.kind, question.example) for question in asked.questions}) == len(asked.questions)
    several = 0
    for number, question in enumerate(asked.questions):
        row = list(asked.examples.sequences[question.example])
        hidden = text_of(stories, truth_of(asked, number))
        rest = f" {text_of(stories, tuple(row[: question.start]))} {text_of(stories, tuple(row[question.stop :]))} "
        assert f" {hidden.split(' ')[-1]} " in rest
        several += question.stop - question.start > hidden.count(" ") + 1
        if question.kind in ("one_name", "two_names"):
            assert hidden in NAMES
            others = {name for name in NAMES if f" {name} " in rest}
            assert (len(others) == 1) == (question.kind == "one_name")
        if question.kind == "toy":
            assert tuple(hidden.split(" ")) in TOYS
    assert several > 0  # words of several pieces are hidden whole


def test_who_knows_everything_gets_everything_and_one_wrong_piece_is_wrong(stories: PreparedCorpus, read: Read) -> None:
    _, _, asked = read
    rows: dict[tuple[int, ...], list[int]] = {}
    for question in asked.questions:
        row = list(asked.examples.sequences[question.example])
        shown = row[: question.start] + [stories.ids.mask] * (question.stop - question.start) + row[question.stop :]
        rows[tuple(shown)] = row

    def known(shown: Tensor) -> Tensor:
        pad = stories.ids.pad
        found = [rows[tuple(token for token in row if token != pad)] for row in shown.tolist()]
        return torch.tensor([row + [pad] * (shown.shape[1] - len(row)) for row in found])

    def nearly(shown: Tensor) -> Tensor:
        answers, masks = known(shown), shown == stories.ids.mask
        return torch.where(masks & (masks.cumsum(1) == 1), stories.ids.unk, answers)

    assert asked.copied(Stub(known, stories.vocab_size)) == dict.fromkeys(KINDS, 1.0)
    assert asked.copied(Stub(nearly, stories.vocab_size)) == dict.fromkeys(KINDS, 0.0)


def test_who_says_the_most_frequent_word_gets_its_share(stories: PreparedCorpus, read: Read) -> None:
    _, _, asked = read
    said = stories.tokenizer.token_to_id("mia")
    share = {
        kind: [truth_of(asked, n) == (said,) for n, each in enumerate(asked.questions) if each.kind == kind]
        for kind in KINDS
    }
    copied = asked.copied(Stub(lambda shown: torch.full_like(shown, said), stories.vocab_size))
    assert copied == {kind: sum(hits) / len(hits) for kind, hits in share.items()}
    assert 0 < copied["one_name"] < 0.5


def test_a_model_of_pairs_is_left_in_its_mode(stories: PreparedCorpus, read: Read) -> None:
    _, _, asked = read

    class Pairs(Stub):
        def forward(self, input_ids: Tensor, **rest: Any) -> Any:
            assert not self.training
            return super().forward(input_ids), torch.zeros(len(input_ids), 2)

    said = stories.tokenizer.token_to_id("mia")
    model = Pairs(lambda shown: torch.full_like(shown, said), stories.vocab_size).train()
    assert asked.copied(model)["one_name"] > 0
    assert model.training


def test_the_best_reader_copies(stories: PreparedCorpus, read: Read) -> None:
    reader, examples, asked = read
    limits = copying_limits(stories, reader, examples, asked)
    assert set(limits) == set(KINDS)
    assert all(0.85 < limit <= 1 for limit in limits.values()), limits


def test_the_best_reader_by_hand(stories: PreparedCorpus) -> None:
    """Nobody else is named: who was in bed is who asks."""
    best: Any = best_reader(stories, Reader(stories.training, stories.ids, negatives="none"))
    for name in sorted(NAMES):
        text = f"the moon was up , and {name} was ready for bed . where is my teddy bear ? asked {name} ."
        row: list[int | None] = list(stories.tokenizer.encode(text, add_special_tokens=False).ids)
        place = len(row) - 2
        truth, row[place] = row[place], None
        (belief,) = best.posterior(row)
        assert max(belief, key=belief.__getitem__) == truth


def test_other_text_is_asked_for_any_word(tmp_path: Path) -> None:
    (tmp_path / "text.txt").write_text("\n".join(f"mia saw {n} owls and {n} mice ." for n in range(40)))
    text = prepare_text(tmp_path / "corpus", tmp_path / "text.txt")
    reader = Reader(text.training, text.ids, negatives="none")
    asked = copying_questions(text, reader.in_memory(reader.first_examples(20, 0)))
    assert {question.kind for question in asked.questions} == {"word"}
    assert {text_of(text, truth_of(asked, n)) for n in range(len(asked.questions))} <= {str(n) for n in range(40)}


def test_nothing_to_copy_is_no_figure(stories: PreparedCorpus) -> None:
    ids = stories.ids
    rows = [stories.tokenizer.encode("the bed was soft .").ids]
    asked = copying_questions(stories, TokenizedExamples(rows, ids.pad, (ids.pad, ids.cls, ids.sep)))
    assert asked.copied(Stub(lambda shown: shown, stories.vocab_size)) == {}
