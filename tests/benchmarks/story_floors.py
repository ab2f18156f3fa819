"""What nobody can beat on whole stories: three floors of the loss, in Markdown.

    python tests/benchmarks/story_floors.py [STORIES]

Words are tokens. ± is one standard error of the mean over stories.
"""

import math
import sys
import time
from collections import Counter
from collections.abc import Sequence

from bertkit.randomness import python_random
from bertkit.story_world import StoryWorld
from bertkit.story_world.posterior import Window, WindowReader, hidden_token_floor, whole_stories

WORDS_A_STORY = 8
"""So many words of each story are asked for, one at a time."""


def mean_and_error(values: Sequence[float], weights: Sequence[int]) -> str:
    """Ratio of the sums of values * weights and of weights, ± its standard error."""
    count, total = len(values), sum(weights)
    mean = sum(value * weight for value, weight in zip(values, weights, strict=True)) / total
    spread = sum((weight * (value - mean)) ** 2 for value, weight in zip(values, weights, strict=True))
    return f"{mean:.3f} ± {math.sqrt(spread * count / max(1, count - 1)) / total:.3f}"


def main(stories: int) -> None:
    """Print the table."""
    world = StoryWorld()
    reader = WindowReader(world, whole_stories(world))
    texts = [story.text.split(" ") for story in world.stories(0, stories)]
    lengths = [len(text) for text in texts]
    counts = Counter(word for text in texts for word in text)
    chance = {word: count / sum(lengths) for word, count in counts.items()}
    rng = python_random(0, "hidden words")

    start = time.process_time()
    hidden = [
        hidden_token_floor(reader, [Window(text, [place]) for place in rng.sample(range(len(text)), WORDS_A_STORY)])
        for text in texts
    ]
    hidden_seconds = time.process_time() - start
    start = time.process_time()
    causal = [-reader.log_likelihood(text) / len(text) for text in texts]
    causal_seconds = time.process_time() - start
    unigram = [-sum(math.log(chance[word]) for word in text) / len(text) for text in texts]

    print(f"{stories} stories, {sum(lengths) / stories:.1f} words each, {len(world.words)} word types\n")
    print("| what is known | nats a word | ms a story |")
    print("| --- | --- | --- |")
    print(f"| nothing but how frequent each word is | {mean_and_error(unigram, lengths)} | |")
    print(f"| all words before it | {mean_and_error(causal, lengths)} | {1000 * causal_seconds / stories:.1f} |")
    losses = mean_and_error([floor.loss for floor in hidden], [1] * stories)
    print(f"| all other words of the story | {losses} | {1000 * hidden_seconds / stories:.1f} |")
    accuracy = mean_and_error([floor.expected_accuracy for floor in hidden], [1] * stories)
    print(f"\naccuracy limit with all other words known: {accuracy}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
