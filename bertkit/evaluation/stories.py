"""How good a model is at stories, beside the best possible reader: losses, accuracies and copying."""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from tokenizers import Tokenizer

from bertkit.data.corpus import PreparedCorpus
from bertkit.data.reading import Negatives, PretrainingExample, Reader
from bertkit.data.token_store import Document, open_store, write_store
from bertkit.data.tokenizer import special_ids
from bertkit.evaluation.copying import CopyingQuestions, copying_limits, copying_questions
from bertkit.evaluation.floors import hidden_only, pieces, story_floor
from bertkit.evaluation.pretraining import Scores, score
from bertkit.model.bert import BertForMaskedLM, BertForPreTraining
from bertkit.objectives.mlm import MaskedLanguageModelling
from bertkit.story_world import StoryWorld

UNSEEN_SEED = 7_000_003
MOST_EXAMPLES_A_STORY = 8
LONGEST = 96
"""Longest input, in tokens, where the model has positions for it: of three sentences and three hardly any is longer."""


def limits_on_stories(
    corpus: PreparedCorpus,
    reader: Reader,
    examples: Sequence[PretrainingExample],
    objective: MaskedLanguageModelling,
    asked: CopyingQuestions,
) -> Scores:
    """What nobody can beat: `story_floor`, and beside it `copying_limits`."""
    floor = story_floor(corpus, reader, examples, objective)
    return replace(floor, copied=copying_limits(corpus, reader, examples, asked))


def score_on_stories(
    model: BertForMaskedLM | BertForPreTraining, tokenizer: Tokenizer, stories: int = 1000, seed: int = UNSEEN_SEED
) -> tuple[Scores, Scores]:
    """How good a model is at stories, beside what the best possible reader scores on the same examples.

    Args:
        model: pairs are made for one with an NSP head, single runs for one without.
        tokenizer: its own.
        stories: number of stories told for this.
        seed: which stories; the default is far from the seeds that people type, so that no run has read them.

    Returns:
        (scores, floors), with every selected token behind `[MASK]`.

    Raises:
        ValueError: if the vocabulary lacks characters of the stories, so that some of their words cannot be told apart.
    """
    negatives: Negatives = "random" if isinstance(model, BertForPreTraining) else "none"
    world = StoryWorld()
    ids = special_ids(tokenizer)
    for word in sorted(world.words):
        if ids.unk in pieces(tokenizer, word):
            raise ValueError(f"the model's tokenizer cannot spell {word!r}; it was not trained on stories")
    with tempfile.TemporaryDirectory() as folder:
        told = (Document(story.sentences, story.topic) for story in world.stories(seed, stories))
        write_store(Path(folder) / "stories", told, tokenizer)
        store = open_store(Path(folder) / "stories")
        corpus = PreparedCorpus(tokenizer, store, store, {"stories": stories, "topics": []})
        reader = Reader(store, ids, min(LONGEST, model.config.max_position_embeddings), negatives=negatives)
        examples = reader.first_examples(len(store) * MOST_EXAMPLES_A_STORY, seed)
        objective = hidden_only(ids.mask, tokenizer.get_vocab_size())
        in_memory = reader.in_memory(examples)
        asked = copying_questions(corpus, in_memory)
        scores = replace(score(model, in_memory, objective), copied=asked.copied(model))
        return scores, limits_on_stories(corpus, reader, examples, objective, asked)
