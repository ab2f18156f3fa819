"""Statement 2, trained: whether a model finds the way around a hidden target.

Tried before this design, one seed: 400 steps. Two layers then named 90.8 % and one layer 91.6 %, both below the exact
limit: the detour is there from the first step and takes longer than that to be found.
"""

from dataclasses import replace

from bertkit.claims.bidirectionality import all_but_the_next, always, snow_stories
from bertkit.claims.claim import Claim, Figures
from bertkit.evaluation.floors import both_sides_floor
from bertkit.evaluation.pretraining import evaluate
from bertkit.model.bert import SIZES, BertForMaskedLM
from bertkit.randomness import generator
from bertkit.training.next_token import NextTokenPrediction
from bertkit.training.pretrain import PretrainingSettings, pretrain


def relaying(seed: int, small: bool) -> Figures:
    """One layer, which cannot relay, and two, which can; the same mask, text and training."""
    corpus = snow_stories(seed, small)
    objective = NextTokenPrediction(all_but_the_next)
    settings = PretrainingSettings(
        steps=20 if small else 1600, batch_size=32, learning_rate=1e-2, warmup_steps=10 if small else 50, seed=seed
    )
    figures: dict[str, dict[str, float]] = {}
    for layers in (1, 2):
        size = replace(SIZES["nano"], num_hidden_layers=layers)
        model = BertForMaskedLM(size.config(corpus.vocab_size), generator(seed, "weights"))
        for _ in pretrain(model, corpus.training, objective, settings):
            pass
        loss, right = evaluate(model, corpus.validation, objective)
        figures[f"{layers} layer{'s' * (layers > 1)}"] = {"loss": loss, "right": right}
    limit = both_sides_floor(corpus, examples=5 if small else 200)
    return {**figures, "exact limit, all but the word": {"loss": limit.loss, "right": limit.expected_accuracy}}


STATEMENT_2B = Claim(
    number="2b",
    says="A model of two layers finds the detour: it names more than anybody can who does not see the word.",
    design="Asked for the next token with only that token hidden: one layer and two, 1,600 steps of 32, all else as in "
    "statement 1. The limit is that of the best possible reader who sees every word but the one that is asked for.",
    columns={"loss": "nats", "right": "%"},
    measure=relaying,
    criteria={
        "two layers: loss below the exact limit": lambda record: always(
            record, lambda f: f["2 layers"]["loss"] < f["exact limit, all but the word"]["loss"]
        ),
        "one layer: loss above the exact limit": lambda record: always(
            record, lambda f: f["1 layer"]["loss"] > f["exact limit, all but the word"]["loss"]
        ),
    },
)
