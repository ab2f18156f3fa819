"""The losses that nobody can beat on a corpus of stories, by the exact posterior of the world that told them."""

from collections import defaultdict
from collections.abc import Sequence
from functools import partial

from tokenizers import Tokenizer

from bertkit.data.corpus import Corpus, PreparedCorpus
from bertkit.data.labels import IGNORE_INDEX
from bertkit.data.reading import OF_ONE_TOPIC, PretrainingExample, Reader
from bertkit.evaluation.pretraining import Scores, masked
from bertkit.objectives.mlm import MaskedLanguageModelling, Recipe, corrupt_by
from bertkit.story_world import StoryWorld, world_about
from bertkit.story_world.posterior import (
    Cuts,
    Floor,
    PairCuts,
    PairFloor,
    PairReader,
    Unrelated,
    Window,
    WindowPair,
    WindowReader,
    hidden_token_floor,
    next_token_floor,
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
) -> Scores:
    """What the best possible reader scores on `examples`, with the masks that `evaluation.score` uses.

    It knows the grammar and how the text was cut, and it sees what a model sees: the tokens of the example but for the
    hidden ones. Its accuracies are expected ones, so that they have no noise of their own.

    Args:
        corpus: stories.
        reader: how they are read.
        examples: cut by `reader`.
        objective: has to hide every selected token; where some are in sight, see `bertkit.evaluation.denoising`.
        seed: decides the masks.

    Raises:
        ValueError: if the corpus was not told by the story world, or nothing is hidden.
    """
    best = best_reader(corpus, reader)
    hidden = hidden_positions(reader, examples, objective, seed)
    if isinstance(best, WindowReader):
        windows = (hidden_windows(reader, example, places)[0] for example, places in zip(examples, hidden, strict=True))
        alone = hidden_token_floor(best, windows)
        return Scores(alone.loss, alone.expected_accuracy)
    floor = floor_of_pairs(best, reader, examples, hidden)
    if floor.tokens is None:
        raise ValueError("nothing is hidden in any of the examples; pass more of them")
    following = floor.next_sentence
    return Scores(floor.tokens.loss, floor.tokens.expected_accuracy, following.loss, following.expected_accuracy)


def next_sentence_floor(
    corpus: PreparedCorpus, reader: Reader, examples: Sequence[PretrainingExample]
) -> tuple[float, float]:
    """What the best possible reader scores at "does the second follow the first" where nothing is hidden.

    Args:
        corpus: stories.
        reader: how they are read, as pairs.
        examples: cut by `reader`.

    Returns:
        (loss in nats, expected accuracy), as `score_pairs` gives them of a model.

    Raises:
        ValueError: if the corpus was not told by the story world, or the examples are no pairs.
    """
    if reader.negatives == "none":
        raise ValueError("these are single texts, in which no sentence follows another one; read pairs")
    best = best_reader(corpus, reader)
    assert isinstance(best, PairReader)
    following = floor_of_pairs(best, reader, examples, [[]] * len(examples)).next_sentence
    return following.loss, following.expected_accuracy


def causal_floor(corpus: Corpus, examples: int | None = None) -> Floor:
    """What the best possible reader from left to right scores on a corpus's unseen stories: loss and accuracy.

    It predicts what `next_token_labels` asks: every token but `[CLS]`, the `[SEP]` at the end included, from those
    before it.

    Args:
        corpus: of `story_corpus`.
        examples: how many of the unseen ones to look at, from the first on; all of them if None.

    Raises:
        ValueError: if some of them were cut: where a text that goes on was cut is nothing that a story tells.
    """
    reader, texts = _unseen_windows(corpus, examples)
    return next_token_floor(reader, texts, end=corpus.ids.sep)


def both_sides_floor(corpus: Corpus, examples: int | None = None) -> Floor:
    """As `causal_floor`, for the best possible reader who sees all tokens but the one that it is asked for.

    That the text ends where it does is then no question, so that `[SEP]` counts as known.
    """
    reader, texts = _unseen_windows(corpus, examples)
    alone = hidden_token_floor(reader, (Window(text, (place,)) for text in texts for place in range(len(text))))
    known = len(texts)
    count = alone.count + known
    return Floor(
        alone.loss * alone.count / count,
        (alone.accuracy * alone.count + known) / count,
        (alone.expected_accuracy * alone.count + known) / count,
        count,
    )


def _unseen_windows(corpus: Corpus, examples: int | None) -> tuple[WindowReader, list[list[int]]]:
    """A reader that knows how a corpus's stories are cut, and unseen ones without `[CLS]` and `[SEP]`."""
    unseen = corpus.validation
    sequences = unseen.sequences[:examples]
    if cut := [number for number in sorted(unseen.cut) if number < len(sequences)]:
        raise ValueError(
            f"{len(cut)} of {len(sequences)} examples were cut to {max(map(len, sequences))} tokens, such as number "
            f"{cut[0]}; make the corpus with a larger max_length, or with a smaller longest_run"
        )
    return text_reader(corpus), [list(sequence[1:-1]) for sequence in sequences]


def text_reader(corpus: Corpus) -> WindowReader:
    """The exact reader of a corpus's texts, who knows how stories were cut into them."""
    world = world_about(corpus.topics)
    return WindowReader(world, runs(world, corpus.longest_run), encode=partial(pieces, corpus.tokenizer))


def floor_of_pairs(
    best: PairReader, reader: Reader, examples: Sequence[PretrainingExample], hidden: Sequence[Sequence[int]]
) -> PairFloor:
    """The floors of both objectives on pairs in which these positions are hidden."""
    return pair_floor(
        best,
        (
            WindowPair(*hidden_windows(reader, example, places), example.is_next)
            for example, places in zip(examples, hidden, strict=True)
        ),
    )


def best_reader(corpus: PreparedCorpus, reader: Reader) -> WindowReader | PairReader:
    """The exact reader of stories that are cut as `reader` cuts them, and paired as the library's `sample_pairs` does.

    Raises:
        ValueError: if the corpus was not told by the story world.
    """
    world = world_of(corpus)
    encode = partial(pieces, corpus.tokenizer)
    if reader.negatives == "none":
        return WindowReader(world, runs(world, reader.longest_run), encode=encode)
    if reader.sample_pairs is not None:
        cuts = pair_cuts(world, reader.longest_run, used_up=0), runs_drawn(world, reader.longest_run)
    else:
        used_up = 1 if reader.negatives == "swapped" else 0.5
        cuts = pair_cuts(world, reader.longest_run, used_up), runs_elsewhere(world, reader.longest_run)
    return PairReader(
        world,
        *cuts,
        negatives=unrelated(reader, corpus),
        encode=encode,
    )


def world_of(corpus: PreparedCorpus) -> StoryWorld:
    """The world that told a corpus. Raises `ValueError` where none did."""
    if not of_stories(corpus):
        raise ValueError("the floor of a text that the story world did not tell is not known")
    return world_about(corpus.source["topics"])


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


def unrelated(reader: Reader, corpus: PreparedCorpus) -> Unrelated:
    """What a second that does not belong is, in the words of the best possible reader.

    Raises:
        ValueError: for parallel ones of stories that have only a topic in common: what they tell is not known.
    """
    names: dict[str, Unrelated] = {"same topic": "same topic", "parallel": "same place", "swapped": "swapped"}
    by_place = corpus.source.get("grouping") == "place"
    if by_place != (reader.negatives == "parallel") and reader.negatives in OF_ONE_TOPIC:
        raise ValueError(
            f"negatives is {reader.negatives!r} and the stories are grouped by {'place' if by_place else 'topic'}; the "
            "floor is known for 'same topic' with stories by topic, and for 'parallel' with stories by place"
        )
    return names.get(reader.negatives, "any")


def pair_cuts(world: StoryWorld, longest: int, used_up: float = 0.5) -> PairCuts:
    """How often a story yields each pair of runs as the two sides of a real pair, by `Reader.examples_of`.

    A pair that begins at sentence i uses up its first run, and with probability `used_up` its second: where it is real
    (1/2), always (1: pairs the wrong way round) or never (0: `sample_pairs`). Where the next pair begins is a renewal
    process.
    """
    cuts: dict[str, dict[tuple[int, int, int], float]] = {}
    for plot, steps in world.steps.items():
        length = len(steps)
        begins = [1.0] + [0.0] * length
        cuts[plot] = {}
        for first in range(length):
            for middle, one in ends_of_runs(first, length, longest).items():
                begins[middle] += (1 - used_up) * begins[first] * one
                for stop, other in ends_of_runs(middle, length, longest).items():
                    number = begins[first] * one * other
                    cuts[plot][first, middle, stop] = number
                    begins[stop] += used_up * number
    return cuts


def runs_drawn(world: StoryWorld, longest: int) -> Cuts:
    """How likely a story yields each run where it is cut into runs, and all of these are drawn alike."""
    cuts: dict[str, dict[tuple[int, int], float]] = {}
    for plot, steps in world.steps.items():
        length = len(steps)
        # By sentence: how likely there are so many runs up to it, and so many from it on.
        ways = [defaultdict[int, float](float) for _ in range(length + 1)]
        ways[0][0] = 1.0
        for start in range(length):
            for stop, one in ends_of_runs(start, length, longest).items():
                for count, share in ways[start].items():
                    ways[stop][count + 1] += share * one
        left = [defaultdict[int, float](float) for _ in range(length + 1)]
        left[length][0] = 1.0
        for start in reversed(range(length)):
            for stop, one in ends_of_runs(start, length, longest).items():
                for count, share in left[stop].items():
                    left[start][count + 1] += share * one
        cuts[plot] = {
            (start, stop): sum(
                before * one * after / (here + 1 + there)
                for here, before in ways[start].items()
                for there, after in left[stop].items()
            )
            for start in range(length)
            for stop, one in ends_of_runs(start, length, longest).items()
        }
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
