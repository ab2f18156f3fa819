"""The losses that nobody can beat on a corpus of stories, by the exact posterior of the world that told them."""

from collections.abc import Sequence
from functools import partial

from tokenizers import Tokenizer

from bertkit.data.corpus import PreparedCorpus
from bertkit.data.labels import IGNORE_INDEX
from bertkit.data.reading import PretrainingExample, Reader
from bertkit.evaluation.pretraining import Scores, masked
from bertkit.objectives.mlm import MaskedLanguageModelling, Recipe, corrupt_by
from bertkit.story_world import STORYBOOK, StoryWorld
from bertkit.story_world.posterior import (
    Cuts,
    PairCuts,
    PairReader,
    Window,
    WindowPair,
    WindowReader,
    hidden_token_floor,
    pair_floor,
    runs,
)
from bertkit.story_world.posterior.windows import ends_of_runs


def of_stories(corpus: PreparedCorpus) -> bool:
    """Whether a corpus was told by the story world."""
    return "stories" in corpus.source


def story_floor(
    corpus: PreparedCorpus,
    reader: Reader,
    examples: Sequence[PretrainingExample],
    objective: MaskedLanguageModelling,
    seed: int = 0,
) -> Scores | None:
    """What the best possible reader scores on `examples`, with the masks that `evaluation.score` uses.

    It knows the grammar and how the text was cut, and it sees what a model sees: the tokens of the example but for the
    hidden ones. Its accuracies are expected ones, so that they have no noise of their own.

    Args:
        corpus: stories.
        reader: how they are read.
        examples: cut by `reader`.
        objective: has to hide every selected token, for a reader of text in which some tokens are wrong is another one.
        seed: decides the masks.

    Returns:
        The floors and limits; None where the world has no exact answer: for swapped pairs.

    Raises:
        ValueError: if the corpus was not told by the story world, or nothing is hidden.
    """
    if not of_stories(corpus):
        raise ValueError("the floor of a text that the story world did not tell is not known")
    if reader.negatives == "swapped":
        return None
    best = best_reader(corpus, reader)
    windows = [
        hidden_windows(reader, example, labels)
        for example, labels in zip(examples, hidden_positions(reader, examples, objective, seed), strict=True)
    ]
    if isinstance(best, WindowReader):
        alone = hidden_token_floor(best, (first for first, _ in windows))
        return Scores(alone.loss, alone.expected_accuracy)
    floor = pair_floor(
        best,
        (
            WindowPair(first, second, example.is_next)
            for example, (first, second) in zip(examples, windows, strict=True)
        ),
    )
    if floor.tokens is None:
        raise ValueError("nothing is hidden in any of the examples; pass more of them")
    following = floor.next_sentence
    return Scores(floor.tokens.loss, floor.tokens.expected_accuracy, following.loss, following.expected_accuracy)


def best_reader(corpus: PreparedCorpus, reader: Reader) -> WindowReader | PairReader:
    """The exact reader of stories that are cut as `reader` cuts them; of swapped pairs there is none."""
    topics = corpus.source["topics"]
    world = StoryWorld(STORYBOOK.about(*topics) if topics else STORYBOOK)
    encode = partial(pieces, corpus.tokenizer)
    if reader.negatives == "none":
        return WindowReader(world, runs(world, reader.longest_run), encode=encode)
    return PairReader(
        world,
        pair_cuts(world, reader.longest_run),
        runs_elsewhere(world, reader.longest_run),
        negatives="same topic" if reader.negatives == "same topic" else "any",
        encode=encode,
    )


def hidden_only(mask_token_id: int, vocab_size: int) -> MaskedLanguageModelling:
    """The objective for judging: every selected token becomes [MASK], so that a floor can be computed."""
    return MaskedLanguageModelling(mask_token_id, vocab_size, corrupt=corrupt_by(Recipe(1.0, 0.0)))


def pieces(tokenizer: Tokenizer, word: str) -> tuple[int, ...]:
    """The token ids of one word."""
    return tuple(tokenizer.encode(word, add_special_tokens=False).ids)


def hidden_positions(
    reader: Reader, examples: Sequence[PretrainingExample], objective: MaskedLanguageModelling, seed: int
) -> list[list[int]]:
    """For each example the positions that `evaluation.score` hides."""
    return [
        [position for position, label in enumerate(row) if label != IGNORE_INDEX]
        for _, labels, _ in masked(reader.in_memory(examples), objective, seed)
        for row in labels.tolist()
    ]


def hidden_windows(reader: Reader, example: PretrainingExample, hidden: Sequence[int]) -> tuple[Window, Window]:
    """An example as its two texts, and what is hidden of each; the second is empty where there is none."""
    windows = []
    start = 1  # behind [CLS]
    for run, kept in zip((example.first, example.second), example.kept(reader.max_length), strict=True):
        tokens: list[int] = []
        if run is not None:
            tokens = reader.store.shards[run.shard].tokens[run.start : run.start + kept].tolist()
        inside = [position - start for position in hidden if start <= position < start + kept]
        windows.append(Window(tokens, inside, open_end=run is not None and kept < run.length))
        start += kept + 1  # behind [SEP]
    first, second = windows
    return first, second


def pair_cuts(world: StoryWorld, longest: int) -> PairCuts:
    """How often a story yields each pair of runs as the two sides of a real pair, by `Reader.examples_of`.

    A pair that begins at sentence i uses up both runs where it is real and only the first where it is not, each with
    probability 1/2; where the next pair begins is a renewal process.
    """
    cuts: dict[str, dict[tuple[int, int, int], float]] = {}
    for plot, steps in world.steps.items():
        length = len(steps)
        begins = [1.0] + [0.0] * length
        cuts[plot] = {}
        for first in range(length):
            for middle, one in ends_of_runs(first, length, longest).items():
                begins[middle] += begins[first] * one / 2
                for stop, other in ends_of_runs(middle, length, longest).items():
                    number = begins[first] * one * other
                    cuts[plot][first, middle, stop] = number
                    begins[stop] += number / 2
    return cuts


def runs_elsewhere(world: StoryWorld, longest: int) -> Cuts:
    """How likely a story yields each run as a second that does not belong: it starts at any sentence alike."""
    return {
        plot: {
            (start, stop): probability / len(steps)
            for start in range(len(steps))
            for stop, probability in ends_of_runs(start, len(steps), longest).items()
        }
        for plot, steps in world.steps.items()
    }
