"""Statement 8's floor: how low the loss that training minimises can go, under 80/10/10."""

import tempfile
from pathlib import Path

from bertkit.claims.bidirectionality import always
from bertkit.claims.claim import Claim, Figures
from bertkit.claims.joint import LENGTH, LONGEST, TOPICS
from bertkit.data.corpus import prepare_stories
from bertkit.data.reading import Reader
from bertkit.evaluation.denoising import lower_bound, questions_on_examples, upper_bound
from bertkit.evaluation.floors import hidden_only, story_floor
from bertkit.objectives.mlm import Recipe


def bounding(seed: int, small: bool) -> Figures:
    """The pairs of statement 8; examples and masks are the seed's."""
    stories, examples = (300, 20) if small else (8000, 1000)
    with tempfile.TemporaryDirectory() as folder:
        corpus = prepare_stories(Path(folder), stories, TOPICS, seed=seed)
        unseen = Reader(corpus.validation, corpus.ids, LENGTH, LONGEST)
        judged = unseen.first_examples(examples, seed)
        hidden = story_floor(corpus, unseen, judged, hidden_only(corpus.ids.mask, corpus.vocab_size), seed)
        questions, channel = questions_on_examples(corpus, unseen, judged, Recipe(0.8, 0.1), seed)
        lower, upper = lower_bound(questions, channel).loss, upper_bound(questions, channel).loss
    return {
        "every selected word behind [MASK]": {"loss": hidden.mlm_loss},
        "80/10/10, at least": {"loss": lower.value, "standard error": lower.standard_error},
        "80/10/10, at most": {"loss": upper.value, "standard error": upper.standard_error},
        "between the two": {"loss": upper.minus(lower).value, "standard error": upper.minus(lower).standard_error},
    }


STATEMENT_8C = Claim(
    number="8c",
    says="The floor of the loss that training minimises, under 80/10/10, is known to a thousandth of a nat.",
    design="1,000 unseen pairs of statement 8, corrupted 80/10/10. From below: a reader who is told which of the other "
    "visible words are random. From above: one who sees what a model sees and weighs which may be. The standard error "
    "is that of the mean over examples.",
    columns={"loss": "nats", "standard error": "nats"},
    measure=bounding,
    criteria={
        "the two bounds are within 0.001 nats": lambda record: always(
            record, lambda f: abs(f["between the two"]["loss"]) < 0.001
        ),
        "within 0.05 nats of the floor where every selected word is hidden": lambda record: always(
            record,
            lambda f: abs(f["80/10/10, at most"]["loss"] - f["every selected word behind [MASK]"]["loss"]) < 0.05,
        ),
    },
)
