"""What the pooler of pre-training is worth to a task: kept, left out, or started afresh. As Markdown.

    python tests/benchmarks/poolers.py [SEEDS] [TASK ...]

The library starts it afresh (`load_encoder`). Kept, it counts as part of the encoder: it stays still where that is
frozen. Left out, the classifier reads the encoder's vector at `[CLS]` itself. Checkpoint, labels and test sets are
those of `story_tasks.py`, where a seed decides the task as well; figures are means over the seeds, on words that the
labels have / on words that only pre-training has seen. One thread.
"""

import sys
from dataclasses import replace
from pathlib import Path
from statistics import mean
from typing import Any

import torch
from torch import Tensor, nn

sys.path.insert(0, str(Path(__file__).parent))

from story_tasks import TEST, label_counts

from bertkit.finetuning.labelled import labelled_rows
from bertkit.finetuning.loop import END_TO_END, FROZEN, FinetuningSettings, finetune_task
from bertkit.finetuning.scoring import score_task
from bertkit.model.bert import BertForPreTraining, BertForSequenceClassification
from bertkit.model.pretrained import load_encoder, load_pretrained, shipped
from bertkit.randomness import generator
from bertkit.tasks import STORY_TASKS

TASKS = ("sentiment", "intent", "topic", "entailment", "paraphrase")
WAYS = {"frozen": FROZEN, "end to end": END_TO_END}
POOLERS = ("kept", "left out", "afresh")


class WithPooler(nn.Module):
    """An encoder and its pooler as one."""

    def __init__(self, encoder: nn.Module, pooler: nn.Module) -> None:
        super().__init__()
        self.encoder, self.pooler = encoder, pooler

    def forward(self, *args: Any, **kwargs: Any) -> Tensor:
        return self.pooler(self.encoder(*args, **kwargs))


def scores(name: str, pooler: str, settings: FinetuningSettings, seed: int) -> tuple[float, float]:
    """Accuracy on (seen words, unseen words) after fine-tuning."""
    task = STORY_TASKS[name](label_counts(name)[0], TEST, seed)
    kind = BertForSequenceClassification
    model, tokenizer, _ = load_encoder(shipped(), kind, task.labels, generator(seed, "head"))
    if pooler == "kept":
        pretrained, _ = load_pretrained(shipped(), BertForPreTraining)
        model.pooler.dense.load_state_dict(pretrained.nsp.dense.state_dict())
        model.bert = WithPooler(model.bert, model.pooler)
    if pooler != "afresh":
        model.pooler = nn.Identity()
    rows = labelled_rows(tokenizer, task.train, task.labels, model.config.max_position_embeddings)
    for _ in finetune_task(model, rows, replace(settings, seed=seed)):
        pass
    seen, unseen = (score_task(model, tokenizer, each)["accuracy"] for each in (task.test, task.test_unseen))
    return seen, unseen


def main(seeds: int, *tasks: str) -> None:
    """Print the table."""
    torch.set_num_threads(1)
    print("| task | " + " | ".join(f"{way}, {pooler}" for way in WAYS for pooler in POOLERS) + " |")
    print("| --- |" + " --- |" * len(WAYS) * len(POOLERS))
    for name in tasks or TASKS:
        print(f"| {name} |", end="", flush=True)
        for settings in WAYS.values():
            for pooler in POOLERS:
                seen, unseen = zip(*(scores(name, pooler, settings, seed) for seed in range(seeds)), strict=True)
                print(f" {mean(seen):.1%} / {mean(unseen):.1%} |", end="", flush=True)
        print()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 3, *sys.argv[2:])
