"""Statement 5: why one selected token in five stays in sight."""

from bertkit.claims.claim import Claim, Figures
from bertkit.data.corpus import story_corpus
from bertkit.evaluation.pretraining import evaluate
from bertkit.evaluation.probes import repair, reproduction
from bertkit.model.bert import SIZES, BertForMaskedLM
from bertkit.objectives.mlm import MaskedLanguageModelling, Recipe, corrupt_by
from bertkit.randomness import generator
from bertkit.training.pretrain import PretrainingSettings, pretrain

RECIPES = (Recipe(0.8, 0.1), Recipe(1.0, 0.0), Recipe(0.8, 0.0), Recipe(0.8, 0.2))


def mixing(seed: int, small: bool) -> Figures:
    """Each recipe: starting weights, order and masks are the seed's; text and vocabulary are always the lesson's."""
    corpus = story_corpus(300 if small else 8000, topics=("snow",), seed=0)
    settings = PretrainingSettings(
        steps=20 if small else 800, batch_size=64, learning_rate=4e-3, warmup_steps=10 if small else 100, seed=seed
    )
    hidden = MaskedLanguageModelling(corpus.ids.mask, corpus.vocab_size, corrupt=corrupt_by(Recipe(1.0, 0.0)))
    figures: dict[str, dict[str, float]] = {}
    for recipe in RECIPES:
        objective = MaskedLanguageModelling(corpus.ids.mask, corpus.vocab_size, corrupt=corrupt_by(recipe))
        model = BertForMaskedLM(SIZES["nano"].config(corpus.vocab_size), generator(seed, "weights"))
        for _ in pretrain(model, corpus.training, objective, settings):
            pass
        loss, named = evaluate(model, corpus.validation, hidden)
        planted = repair(model, corpus.validation, corpus.ids.mask, corpus.vocab_size)
        figures[str(recipe)] = {
            "loss at [MASK]": loss,
            "names hidden": named,
            "names clean": reproduction(model, corpus.validation).accuracy,
            "repairs planted": planted.repaired,
            "copies planted": planted.copied,
        }
    return figures


STATEMENT_5 = Claim(
    number="5",
    says="The mix makes vectors useful at every position, although [MASK] never comes at inference.",
    design="Four recipes on stories of one topic, 800 steps of 64, all else alike: hidden words named, clean words "
    "named, and what is said where a wrong word was planted, at places where the model knows the right one behind "
    "[MASK].",
    columns={
        "loss at [MASK]": "nats",
        "names hidden": "%",
        "names clean": "%",
        "repairs planted": "%",
        "copies planted": "%",
    },
    measure=mixing,
    criteria={
        "clean words: 80/10/10 names at least 10 points more than 100/0/0": lambda record: (
            record.interval("80/10/10", "names clean").low > 0.1 + record.interval("100/0/0", "names clean").high
        ),
        "planted words: 80/10/10 repairs at least 10 points more than 80/0/20": lambda record: (
            record.interval("80/10/10", "repairs planted").low
            > 0.1 + record.interval("80/0/20", "repairs planted").high
        ),
    },
)
