"""Every task of the story world, learned from few labels: from scratch, frozen, end to end. As Markdown.

    python tests/benchmarks/story_tasks.py [SEEDS]

The checkpoint is the one that comes with the course; from scratch, the same model starts from random weights. Figures
are means over the seeds, on words that the labels have / on words that only pre-training has seen. One thread.
"""

import sys
from dataclasses import replace
from statistics import mean

import torch

from bertkit.finetuning.labelled import MODEL_FOR_FAMILY, labelled_rows
from bertkit.finetuning.loop import END_TO_END, FROZEN, finetune_task
from bertkit.finetuning.scoring import score_task
from bertkit.model.pretrained import build, load_encoder, shipped
from bertkit.randomness import generator
from bertkit.tasks import STORY_TASKS

LABELS = {"entailment": 1024, "paraphrase": 1024, "questions": 1024}
USUAL, TEST = 256, 400
MEASURES = ("accuracy", "entity_f1", "token_accuracy", "exact_match")
WAYS = {"from scratch": END_TO_END, "frozen": FROZEN, "end to end": END_TO_END}


def scores(name: str, way: str, seed: int) -> tuple[float, float]:
    """(seen words, unseen words) after fine-tuning, by the first of `MEASURES` that the task has."""
    task = STORY_TASKS[name](LABELS.get(name, USUAL), TEST, 0)
    kind = MODEL_FOR_FAMILY[task.family]
    model, tokenizer, _ = load_encoder(shipped(), kind, task.labels, generator(seed, "head"))
    if way == "from scratch":
        model = build(kind, model.config, task.labels, generator(seed, "weights"))
    rows = labelled_rows(tokenizer, task.train, task.labels, model.config.max_position_embeddings)
    for _ in finetune_task(model, rows, replace(WAYS[way], seed=seed)):
        pass
    found = []
    for examples in (task.test, task.test_unseen):
        measured = score_task(model, tokenizer, examples)
        found.append(next(measured[measure] for measure in MEASURES if measure in measured))
    return found[0], found[1]


def main(seeds: int) -> None:
    """Print the table."""
    torch.set_num_threads(1)
    print("| task | labels | " + " | ".join(WAYS) + " |")
    print("| --- | --- |" + " --- |" * len(WAYS))
    for name in STORY_TASKS:
        cells = []
        for way in WAYS:
            seen, unseen = zip(*(scores(name, way, seed) for seed in range(seeds)), strict=True)
            cells.append(f"{mean(seen):.0%} / {mean(unseen):.0%}")
        print(f"| {name} | {LABELS.get(name, USUAL)} | " + " | ".join(cells) + " |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3)
