"""Every task of the story world, learned from few labels: from scratch, frozen, end to end. As Markdown.

    python tests/benchmarks/story_tasks.py [--model DIR] [--task NAME ...] [--way NAME ...] [--seeds N] [--rows FILE]

A seed decides the task (examples, and which words are held out) as well as the training. From scratch, the model of the
checkpoint starts from random weights. Figures are means over the seeds, on words that the labels have / on words that
only pre-training has seen, with half the range of the latter. Beside them stands what rules reach that understand
nothing: the most frequent label, and the words that two texts share (`bertkit.tasks.baselines`).

Every run is written to FILE as it ends. What stands there for the same weights and the same examples is not run again,
so a benchmark that was stopped goes on, and a table can be put together from parts. One thread.
"""

import argparse
import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from statistics import mean
from typing import Any

import torch

from bertkit.atomic import replacing
from bertkit.finetuning.labelled import MODEL_FOR_FAMILY, labelled_rows
from bertkit.finetuning.loop import END_TO_END, FROZEN, finetune_task
from bertkit.finetuning.scoring import score_task
from bertkit.model.pretrained import build, load_encoder, shipped
from bertkit.randomness import generator
from bertkit.tasks import HARDER_TASKS, STORY_TASKS, Task
from bertkit.tasks.baselines import majority, word_overlap

TASKS = {**STORY_TASKS, **HARDER_TASKS}
USUAL, TEST = 256, 500
MEASURES = ("accuracy", "entity_f1", "token_accuracy", "exact_match")
WAYS = {"from scratch": END_TO_END, "frozen": FROZEN, "end to end": END_TO_END}
RULES = ("majority", "word overlap")
ROWS = Path("runs/story_tasks.jsonl")

Row = dict[str, Any]


def label_counts(name: str) -> tuple[int, ...]:
    """From how many labels a task is learned: pairs and answers ask for more."""
    if name.startswith("questions"):
        return 1024, 2048
    return (1024,) if name.startswith(("entailment", "paraphrase")) else (USUAL,)


def scores(model_folder: Path, task: Task[Any], way: str, seed: int) -> list[float]:
    """[seen words, unseen words] after fine-tuning, by the first of `MEASURES` that the task has."""
    kind = MODEL_FOR_FAMILY[task.family]
    model, tokenizer, _ = load_encoder(model_folder, kind, task.labels, generator(seed, "head"))
    if way == "from scratch":
        model = build(kind, model.config, task.labels, generator(seed, "weights"))
    rows = labelled_rows(tokenizer, task.train, task.labels, model.config.max_position_embeddings)
    for _ in finetune_task(model, rows, replace(WAYS[way], seed=seed)):
        pass
    found = []
    for examples in (task.test, task.test_unseen):
        measured = score_task(model, tokenizer, examples)
        found.append(next(measured[measure] for measure in MEASURES if measure in measured))
    return found


def run(model: Path, tasks: Iterable[str], ways: Sequence[str], seeds: int, file: Path) -> list[Row]:
    """Every run that is asked for, from the file or anew, with what rules reach on its task."""
    weights = sha256((model / "model.safetensors").read_bytes()).hexdigest()[:16]
    known: list[Row] = [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
    asked: list[Row] = []
    for name in tasks:
        for labels in label_counts(name):
            for seed in range(seeds):
                task = TASKS[name](labels, TEST, seed)
                rules = {"majority": majority(task), "word overlap": word_overlap(task)}
                examples = sha256(repr(task).encode()).hexdigest()[:16]
                for way in ways:
                    key = {"task": name, "labels": labels, "way": way, "seed": seed}
                    key |= {"weights": weights, "examples": examples}
                    row = next((row for row in known if key.items() <= row.items()), None)
                    if row is None:
                        row = {**key, "scores": scores(model, task, way, seed)}
                        known.append(row)
                        file.parent.mkdir(parents=True, exist_ok=True)
                        with replacing(file) as scratch:
                            scratch.write_text("".join(json.dumps(each) + "\n" for each in known))
                    asked.append({**row, **rules})
    return asked


def cell(pairs: Sequence[Sequence[float] | None]) -> str:
    """Means of (seen, unseen) over the seeds, and half the range of the second."""
    found = [pair for pair in pairs if pair is not None]
    if not found:
        return ""
    seen, unseen = zip(*found, strict=True)
    return f"{mean(seen):.0%} / {mean(unseen):.0%} ± {(max(unseen) - min(unseen)) / 2:.1%}"


def table(rows: Sequence[Row], ways: Sequence[str]) -> str:
    """One line for each task and number of labels."""
    lines = ["| task | labels | " + " | ".join((*RULES, *ways)) + " |", "| --- | --- |" + " --- |" * (2 + len(ways))]
    for name, labels in dict.fromkeys((row["task"], row["labels"]) for row in rows):
        own = [row for row in rows if (row["task"], row["labels"]) == (name, labels)]
        once = [row for row in own if row["way"] == ways[0]]
        cells = [cell([row[rule] for row in once]) for rule in RULES]
        cells += [cell([row["scores"] for row in own if row["way"] == way]) for way in ways]
        lines.append(f"| {name} | {labels} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> None:
    """Print the table."""
    options = argparse.ArgumentParser()
    options.add_argument("--model", type=Path, default=shipped(), help="a pre-trained checkpoint")
    options.add_argument("--task", nargs="+", choices=TASKS, default=[*TASKS])
    options.add_argument("--way", nargs="+", choices=WAYS, default=[*WAYS])
    options.add_argument("--seeds", type=int, default=3)
    options.add_argument("--rows", type=Path, default=ROWS, help="where runs are kept")
    given = options.parse_args()
    torch.set_num_threads(1)
    print(table(run(given.model, given.task, given.way, given.seeds, given.rows), given.way))


if __name__ == "__main__":
    main()
