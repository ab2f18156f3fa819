"""What each piece of the loop is for: it is left out, and the rest stays as it is.

Tried before this design, each with one seed: both objectives on two topics, 500 steps with dropout 0.1: nothing but the
whole recipe and the one without decay groups had begun to read by then, so that there was nothing to compare. Decay of
0.1 on all parameters instead of 0.01: 3.48 against 3.42 nats with groups. Five planted batches in a row instead of one:
3.63 nats with clipping, 3.98 without. A rate that stays at its peak after the warm-up: 3.39 against 3.44.
"""

import math
from dataclasses import replace

from torch import nn

from bertkit.claims.claim import Claim, Figures, Record, interval
from bertkit.data.corpus import story_corpus
from bertkit.data.planted import PlantedBatch
from bertkit.evaluation.floors import hidden_only
from bertkit.evaluation.pretraining import evaluate
from bertkit.model.bert import BertForMaskedLM, Size
from bertkit.objectives.mlm import MaskedLanguageModelling
from bertkit.randomness import generator
from bertkit.training.pieces import LIBRARY_PIECES, PretrainingPieces
from bertkit.training.pretrain import BatchSource, PretrainingSettings, Training, pretrain

STEPS = 300
WHOLE = "the whole recipe"


def decay_everywhere(model: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """One group: biases and layer norms decay too."""
    trained = [parameter for parameter in model.parameters() if parameter.requires_grad]
    return [{"params": trained, "weight_decay": weight_decay}]


def leaving_out(seed: int, small: bool) -> Figures:
    """Hidden words, 2 layers of width 64: the same starting weights, order and masks in every row."""
    steps = 20 if small else STEPS
    corpus = story_corpus(300 if small else 8000, topics=("snow",), seed=0)
    clean = corpus.training
    planted = PlantedBatch(clean, steps // 2, corpus.vocab_size)
    whole = PretrainingSettings(steps, 32, learning_rate=4e-3, warmup_steps=steps // 10, seed=seed)
    everywhere = PretrainingPieces(parameter_groups=decay_everywhere)
    unclipped = replace(whole, max_grad_norm=math.inf)
    tried: dict[str, tuple[BatchSource, PretrainingSettings, PretrainingPieces]] = {
        WHOLE: (clean, whole, LIBRARY_PIECES),
        "no warm-up": (clean, replace(whole, warmup_steps=0), LIBRARY_PIECES),
        "no clipping": (clean, unclipped, LIBRARY_PIECES),
        "one batch of chance words": (planted, whole, LIBRARY_PIECES),
        "one batch of chance words, no clipping": (planted, unclipped, LIBRARY_PIECES),
        "decay on biases and norms too": (clean, whole, everywhere),
        "three times the rate": (clean, replace(whole, learning_rate=1.2e-2), LIBRARY_PIECES),
        "a quarter of the batch": (clean, replace(whole, batch_size=8), LIBRARY_PIECES),
        "a quarter of the batch, four times the steps": (
            clean,
            replace(whole, batch_size=8, steps=4 * steps, warmup_steps=4 * steps // 10),
            LIBRARY_PIECES,
        ),
    }
    config = Size(hidden_size=64, num_hidden_layers=2, num_attention_heads=2).config(corpus.vocab_size)
    hiding = MaskedLanguageModelling(corpus.ids.mask, corpus.vocab_size)
    figures: dict[str, dict[str, float]] = {}
    for name, (source, settings, pieces) in tried.items():
        model = BertForMaskedLM(config, generator(seed, "weights"))
        for _ in pretrain(model, source, hiding, settings, Training(model, settings, pieces)):
            pass
        loss, right = evaluate(model, corpus.validation, hidden_only(corpus.ids.mask, corpus.vocab_size))
        figures[name] = {
            "loss": loss,
            "right": right,
            "more than the whole": loss - figures.get(WHOLE, {"loss": loss})["loss"],
        }
    return figures


def costs(record: Record, row: str) -> bool:
    """Whether the 95 % interval of a row's paired differences to the whole recipe lies above 0."""
    return interval(record.values(row, "more than the whole")).low > 0


STATEMENT_8B = Claim(
    number="8b",
    says="Warm-up, clipping, the rate and the batch each do their part; decay groups do none that is seen here.",
    design="Hidden words on stories of one topic, 2 layers of 64, 300 steps of 32 at 4e-3: one piece left out, or one "
    "batch in the middle planted, all else alike. Loss on unseen stories, every selected word behind [MASK], and how "
    "much more than the whole recipe's of the same seed that is.",
    columns={"loss": "nats", "right": "%", "more than the whole": "nats"},
    measure=leaving_out,
    criteria={
        "no warm-up costs something": lambda record: costs(record, "no warm-up"),
        "no clipping costs something": lambda record: costs(record, "no clipping"),
        "three times the rate costs something": lambda record: costs(record, "three times the rate"),
        "a quarter of the batch costs something": lambda record: costs(record, "a quarter of the batch"),
        "a batch of chance words costs more without clipping than with it": lambda record: (
            interval(
                [
                    without - with_clipping
                    for without, with_clipping in zip(
                        record.values("one batch of chance words, no clipping", "loss"),
                        record.values("one batch of chance words", "loss"),
                        strict=True,
                    )
                ]
            ).low
            > 0
        ),
        "decay on biases and norms is within 0.1 nats": lambda record: all(
            abs(each) < 0.1 for each in record.values("decay on biases and norms too", "more than the whole")
        ),
    },
)
