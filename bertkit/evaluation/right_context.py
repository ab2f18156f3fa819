"""Words that only what follows them decides: who can name them, the best possible readers among all."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import torch
from tokenizers import Tokenizer
from torch import Tensor

from bertkit.data.batches import pad_batch, runs_of_sentences
from bertkit.data.tokenizer import special_ids
from bertkit.model.attention import causal_mask
from bertkit.model.bert import BertForMaskedLM, BertForPreTraining
from bertkit.model.freeze import evaluation_mode
from bertkit.randomness import python_random
from bertkit.story_world import world_about
from bertkit.story_world.posterior import WindowReader, runs

BATCH_SIZE = 64
UNSEEN_SEED = 7_000_033
SURE, UNSURE = 0.9, 0.5
"""From which probability on a reader of both sides knows a word, and up to which a reader of the left does not."""


@dataclass(frozen=True)
class WordInContext:
    """One word of a text, and how surely the best possible readers name it."""

    words: tuple[str, ...]
    """All words of the text, punctuation marks among them."""
    position: int
    """Of the word among them."""
    from_left: float
    """Probability of the likeliest word for who sees all words before it: the expected accuracy of that reader."""
    from_both: float
    """The same for who sees all words but this one."""

    @property
    def word(self) -> str:
        """What stands there."""
        return self.words[self.position]

    @property
    def needs_the_right(self) -> bool:
        """Whether a reader of both sides knows it, and a reader of the left side does not."""
        return self.from_both >= SURE and self.from_left <= UNSURE


def words_in_context(reader: WindowReader, texts: Sequence[Sequence[str]]) -> list[WordInContext]:
    """Every word of some texts, with what the best possible readers of one side and of both know of it.

    Args:
        reader: of words as tokens, which knows how the texts were cut.
        texts: their words.

    Raises:
        ValueError: for a text that no story has.
    """
    found = []
    for text in texts:
        words = tuple(text)
        for position in range(len(words)):
            from_left = reader.next_token_distribution(words[:position])
            shown = [None if place == position else word for place, word in enumerate(words)]
            (from_both,) = reader.posterior(shown)
            found.append(WordInContext(words, position, max(from_left.values()), max(from_both.values())))
    return found


def unseen_words_in_context(
    topics: Sequence[str] = (), stories: int = 60, longest_run: int = 3, seed: int = UNSEEN_SEED
) -> list[WordInContext]:
    """`words_in_context` of stories that no training has read, cut into runs as `story_corpus` cuts them.

    Args:
        topics: what they are about; anything if empty.
        stories: how many are told.
        longest_run: most sentences in one text.
        seed: which stories; the default is far from the seeds that people type.
    """
    world = world_about(topics)
    told = [story.sentences for story in world.stories(seed, stories)]
    texts = [" ".join(run).split(" ") for run in runs_of_sentences(told, longest_run, python_random(seed, "runs"))]
    return words_in_context(WindowReader(world, runs(world, longest_run)), texts)


def kept_whole(places: Sequence[WordInContext], tokenizer: Tokenizer) -> list[WordInContext]:
    """Those whose word is one token: of one that is cut, a next token tells the beginning only."""
    return [place for place in places if len(tokenizer.encode(place.word, add_special_tokens=False).ids) == 1]


@torch.no_grad()
def named_from_both_sides(
    model: BertForMaskedLM | BertForPreTraining, tokenizer: Tokenizer, places: Sequence[WordInContext]
) -> list[bool]:
    """Whether a masked language model names each word behind `[MASK]`, all others in sight.

    Args:
        model: in evaluation mode for the duration of the call.
        tokenizer: the model's own.
        places: of words that it keeps whole.

    Raises:
        ValueError: for a word that the tokenizer cuts.
    """
    mask_id = special_ids(tokenizer).mask
    right: list[bool] = []
    with evaluation_mode(model):
        for rows, positions, answers in asked(tokenizer, places, cut_off=False):
            input_ids, attention_mask = pad_batch(rows, special_ids(tokenizer).pad)
            number = torch.arange(len(rows))
            input_ids[number, positions] = mask_id
            output = model(input_ids=input_ids, attention_mask=attention_mask)
            logits = output[0] if isinstance(output, tuple) else output
            right += (logits[number, positions].argmax(dim=-1) == answers).tolist()
    return right


@torch.no_grad()
def named_from_the_left(model: BertForMaskedLM, tokenizer: Tokenizer, places: Sequence[WordInContext]) -> list[bool]:
    """Whether a next-token model names each word, given those before it.

    Args:
        model: trained with a causal mask; in evaluation mode for the duration of the call.
        tokenizer: the model's own.
        places: of words that it keeps whole.

    Raises:
        ValueError: for a word that the tokenizer cuts.
    """
    right: list[bool] = []
    with evaluation_mode(model):
        for rows, positions, answers in asked(tokenizer, places, cut_off=True):
            input_ids, real = pad_batch(rows, special_ids(tokenizer).pad)
            mask = causal_mask(input_ids.shape[1]) & real[:, None, :]
            logits = model(input_ids=input_ids, attention_mask=mask)
            right += (logits[torch.arange(len(rows)), positions - 1].argmax(dim=-1) == answers).tolist()
    return right


def asked(
    tokenizer: Tokenizer, places: Sequence[WordInContext], cut_off: bool
) -> Iterator[tuple[list[list[int]], Tensor, Tensor]]:
    """Batches of rows, the position of each word in its row, and its id; with `cut_off` nothing from it on is there."""
    for start in range(0, len(places), BATCH_SIZE):
        rows, positions, answers = list[list[int]](), list[int](), list[int]()
        for place in places[start : start + BATCH_SIZE]:
            before, word, after = (
                tokenizer.encode(" ".join(part), add_special_tokens=False).ids
                for part in (place.words[: place.position], (place.word,), place.words[place.position + 1 :])
            )
            if len(word) != 1:
                raise ValueError(f"the tokenizer cuts {place.word!r} into {len(word)} tokens; leave it to `kept_whole`")
            ids = special_ids(tokenizer)
            rows.append([ids.cls, *before] if cut_off else [ids.cls, *before, *word, *after, ids.sep])
            positions.append(1 + len(before))
            answers.append(word[0])
        yield rows, torch.tensor(positions), torch.tensor(answers)
