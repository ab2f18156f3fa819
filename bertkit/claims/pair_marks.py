"""What of its marks a pair needs: the `[SEP]` between its texts, the segment ids, either, or none.

Nothing was tried before this design. A full stop ends every text of these pairs, so that a border is to be seen without
any mark too.
"""

from dataclasses import replace

from bertkit.claims.claim import Claim, Figures
from bertkit.finetuning.grid import set_up_cell, story_task
from bertkit.finetuning.loop import END_TO_END
from bertkit.finetuning.pieces import LIBRARY_PIECES
from bertkit.finetuning.unmarked import unmarked
from bertkit.model.pretrained import shipped

PAIRS = {"entailment": "entailment", "paraphrase": "paraphrase detection"}
WHOLE = "[SEP] and segment ids"
PACKED = {
    WHOLE: LIBRARY_PIECES,
    "no [SEP] between": replace(LIBRARY_PIECES, pack_pair=unmarked(separator=False, segments=True)),
    "no segment ids": replace(LIBRARY_PIECES, pack_pair=unmarked(separator=True, segments=False)),
    "neither": replace(LIBRARY_PIECES, pack_pair=unmarked(separator=False, segments=False)),
}


def marks(seed: int, small: bool) -> Figures:
    """The same examples, starting weights and order in every row; a pair differs in its marks alone."""
    steps, examples, test = (2, 8, 6) if small else (250, 1024, 400)
    settings = replace(END_TO_END, max_steps=steps, seed=seed)
    figures: dict[str, dict[str, float]] = {name: {} for name in PACKED}
    for short, task in PAIRS.items():
        told = story_task(task, examples, test, seed)
        for name, pieces in PACKED.items():
            learning = set_up_cell(shipped(), task, "cls", told, settings, pieces)
            learning.losses()
            right = learning.score(told.test_unseen)["accuracy"]
            figures[name][short] = right
            figures[name][f"{short}, behind the whole"] = figures[WHOLE][short] - right
            if name == WHOLE:
                for other, changed in PACKED.items():
                    judged = learning.score(told.test_unseen, changed)["accuracy"]
                    figures[other][f"{short}, left out in judging alone"] = judged
                    figures[other][f"{short}, lost in judging alone"] = right - judged
    return figures


STATEMENT_10B = Claim(
    number="10b",
    says="A pair goes through the same head as a single text; [SEP] and segment ids tell its two texts apart, and a "
    "model that learned with them needs them.",
    design="The shipped checkpoint under the head for whole inputs, end to end, 250 steps of 16 at 1e-3, 1,024 "
    "labelled pairs packed without [SEP] between the texts, without segment ids, without either, and judged so on 400 "
    "pairs with words that no labelled one has; and the one that learned with both, judged on pairs that lack them.",
    columns={
        f"{short}{what}": "%"
        for short in PAIRS
        for what in ("", ", behind the whole", ", left out in judging alone", ", lost in judging alone")
    },
    measure=marks,
    of_shipped=True,
    criteria={
        "learned without either mark: behind on both tasks": lambda record: all(
            record.interval("neither", f"{short}, behind the whole").low > 0 for short in PAIRS
        ),
        "learned without segment ids alone: less than 5 points behind": lambda record: all(
            record.interval("no segment ids", f"{short}, behind the whole").mean < 0.05 for short in PAIRS
        ),
        "learned with both, judged without either: worse on both tasks": lambda record: all(
            record.interval("neither", f"{short}, lost in judging alone").low > 0 for short in PAIRS
        ),
        "leaving out in judging alone costs more than in learning too": lambda record: all(
            record.interval("neither", f"{short}, lost in judging alone").mean
            > record.interval("neither", f"{short}, behind the whole").mean
            for short in PAIRS
        ),
    },
)
