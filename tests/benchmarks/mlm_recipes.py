"""Three recipes of masking, several seeds: the table of lesson 2, section 6, in Markdown.

    python tests/benchmarks/mlm_recipes.py [SEEDS]

Every run has starting weights, order and masks of its own; text and vocabulary are the lesson's.
"""

import sys
from collections.abc import Sequence

import torch

from bertkit.data.corpus import Corpus, story_corpus
from bertkit.evaluation.pretraining import evaluate
from bertkit.evaluation.probes import repair, reproduction
from bertkit.model.bert import SIZES, BertForMaskedLM
from bertkit.objectives.mlm import MaskedLanguageModelling, Recipe, corrupt_by
from bertkit.randomness import generator
from bertkit.training.pretrain import PretrainingSettings, pretrain

RECIPES = (Recipe(0.8, 0.1), Recipe(1.0, 0.0), Recipe(0.8, 0.0))
COLUMNS = ("loss at `[MASK]`, nats", "names hidden", "names clean", "repairs planted", "copies planted")


def figures(corpus: Corpus, recipe: Recipe, seed: int) -> tuple[float, ...]:
    """Train one model as the lesson does and ask it the lesson's questions; one figure a column."""
    objective = MaskedLanguageModelling(corpus.ids.mask, corpus.vocab_size, corrupt=corrupt_by(recipe))
    model = BertForMaskedLM(SIZES["nano"].config(corpus.vocab_size), generator(seed, "weights"))
    settings = PretrainingSettings(steps=800, batch_size=64, learning_rate=4e-3, warmup_steps=100, seed=seed)
    for _ in pretrain(model, corpus.training, objective, settings):
        pass
    hidden = MaskedLanguageModelling(corpus.ids.mask, corpus.vocab_size, corrupt=corrupt_by(Recipe(1.0, 0.0)))
    loss, named = evaluate(model, corpus.validation, hidden)
    planted = repair(model, corpus.validation, corpus.ids.mask, corpus.vocab_size)
    clean = reproduction(model, corpus.validation)
    return loss, named, clean.accuracy, planted.repaired, planted.copied


def spread(values: Sequence[float], percent: bool) -> str:
    """Mean ± half the range."""
    scale, digits, unit = (100, 0, " %") if percent else (1, 2, "")
    mean, half = scale * sum(values) / len(values), scale * (max(values) - min(values)) / 2
    return f"{mean:.{digits}f} ± {half:.{digits}f}{unit}"


def main(seeds: int) -> None:
    """Print the table."""
    torch.set_num_threads(1)
    corpus = story_corpus(stories=8000, topics=("snow",), seed=0)
    print("| recipe | " + " | ".join(COLUMNS) + " |")
    print("| --- |" + " --- |" * len(COLUMNS))
    for recipe in RECIPES:
        columns = list(zip(*(figures(corpus, recipe, seed) for seed in range(seeds)), strict=True))
        cells = [spread(values, percent=index > 0) for index, values in enumerate(columns)]
        print(f"| {recipe} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
