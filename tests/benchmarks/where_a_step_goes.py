"""Where the time of a step of pre-training goes, part by part, as Markdown.

    python tests/benchmarks/where_a_step_goes.py [SIZE] [STEPS]

SIZE is one of `bertkit pretrain --size` (mini, 4 layers x 256, if none is named; tiny is 2 x 128). The steps are those
of `bertkit.training.pretrain` on stories, as `bertkit pretrain --batch-size 64` takes them: reading and hiding are in
it, saving and evaluating are not. The time of an operation of the forward pass counts for the module that it is done
in, that of its gradient for the same one. Watching costs time itself, most where operations are many and small: the
last line says how much longer the watched steps took.
"""

import os

if __name__ == "__main__":
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch: a busy neighbour would stall spinning threads

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from time import perf_counter
from typing import Any
from unittest.mock import patch

import torch
from torch import Tensor, nn
from torch.autograd.profiler_util import FunctionEvent
from torch.profiler import ProfilerActivity, profile, record_function

from bertkit.data.batches import Batch
from bertkit.data.corpus import prepare_stories
from bertkit.data.reading import Reader
from bertkit.model.bert import SIZES, BertForPreTraining
from bertkit.objectives.mlm import MaskedLanguageModelling
from bertkit.randomness import generator
from bertkit.training.pretrain import PretrainingSettings, PretrainingStep, pretrain

STORIES, BATCH, FIRST_STEPS = 2000, 64, 4
LABEL = "part: "
STEP = LABEL + "Python between the operations"
MODULES = {
    "attention.query": "attention: projections",
    "attention.key": "attention: projections",
    "attention.value": "attention: projections",
    "attention.output": "attention: projections",
    "intermediate": "feed-forward: products",
    "output": "feed-forward: products",
    "norm": "layer norms",
    "attention_norm": "layer norms",
    "output_norm": "layer norms",
    "embeddings": "embeddings",
    "mlm.dense": "masked-word head: dense",
    "mlm.decoder": "masked-word head: decoder",
    "nsp": "next-sentence head",
}
"""What a module is part of, by the end of its name; of several ends that fit, the longest decides."""
OPERATIONS = {
    "aten::scaled_dot_product_attention": "attention: softmax(q·k) v",
    "aten::gelu": "GELU",
    "aten::add": "residual sums",
    "aten::index": "choosing the positions that are read",
    "aten::nonzero": "choosing the positions that are read",
    "aten::cross_entropy_loss": "losses",
    "Optimizer.step#AdamW.step": "optimiser",
}
"""What an operation is part of that no module in `MODULES` does."""
REST = "all else"


@dataclass(frozen=True)
class Watched:
    """A reader and an objective whose work is labelled."""

    reader: Reader
    objective: MaskedLanguageModelling

    def batches(self, batch_size: int, seed: int, skip: int = 0) -> Iterator[Batch]:
        """The reader's."""
        batches = self.reader.batches(batch_size, seed, skip)
        while True:
            with record_function(LABEL + "reading and padding"):
                batch = next(batches)
            yield batch

    def question(self, batch: Batch, generator: torch.Generator) -> dict[str, Tensor]:
        """The objective's."""
        with record_function(LABEL + "hiding"):
            return self.objective.question(batch, generator)


def watch(model: nn.Module) -> None:
    """Label what the modules in `MODULES` do."""
    for name, module in model.named_modules():
        ends = [end for end in MODULES if name == end or name.endswith(f".{end}")]
        if ends:
            watch_module(module, LABEL + MODULES[max(ends, key=len)])


def watch_module(module: nn.Module, label: str) -> None:
    """Label what one module does, or the modules in it that have no label of their own."""
    entered: list[Any] = []

    def before(*_: object) -> None:
        entered.append(record_function(label))
        entered[-1].__enter__()

    def after(*_: object) -> None:
        entered.pop().__exit__(None, None, None)

    module.register_forward_pre_hook(before)
    module.register_forward_hook(after)


def labelled(label: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function whose work is labelled."""

    def watched(*arguments: Any, **options: Any) -> Any:
        with record_function(LABEL + label):
            return function(*arguments, **options)

    return watched


def training(size: str, steps: int) -> Iterator[PretrainingStep]:
    """So many steps of a model of this size, labelled."""
    with tempfile.TemporaryDirectory() as folder:
        corpus = prepare_stories(Path(folder) / "text", STORIES)
        model = BertForPreTraining(SIZES[size].config(corpus.vocab_size), generator(0, "weights"))
        watch(model)
        watched = Watched(
            Reader(corpus.training, corpus.ids), MaskedLanguageModelling(corpus.ids.mask, corpus.vocab_size)
        )
        settings = PretrainingSettings(steps, BATCH)
        with patch.object(nn.utils, "clip_grad_norm_", labelled("clipping", nn.utils.clip_grad_norm_)):
            yield from pretrain(model, watched, watched, settings)


def ancestors(event: FunctionEvent) -> Iterator[FunctionEvent]:
    """The event, and all that it was done for, from the inside out."""
    inner: FunctionEvent | None = event
    while inner is not None:
        yield inner
        inner = inner.cpu_parent


def part_of(event: FunctionEvent) -> str:
    """What an event outside the backward pass is part of."""
    part = REST
    for each in ancestors(event):
        if part == REST:
            part = OPERATIONS.get(each.name, REST)
        if each.name.startswith(LABEL) and each.name != STEP:
            return each.name.removeprefix(LABEL)
    return STEP.removeprefix(LABEL) if event.name == STEP else part


def times(events: list[FunctionEvent]) -> tuple[Counter[str], Counter[str]]:
    """Microseconds that each part took, without and in the backward pass.

    An operation and that of its gradient have the same number.
    """
    outside, backward = Counter[str](), Counter[str]()
    parts: dict[int, str] = {}
    later: list[tuple[FunctionEvent, int]] = []
    for event in sorted(events, key=lambda event: event.time_range.start):
        engine = [each for each in ancestors(event) if each.name.startswith("autograd::engine")]
        if engine:
            later.append((event, engine[-1].sequence_nr))
            continue
        part = part_of(event)
        outside[part] += event.self_cpu_time_total
        if event.sequence_nr >= 0:
            parts[event.sequence_nr] = part  # the last one to begin made the node; those before only saw its number
    for event, number in later:
        backward[parts.get(number, REST)] += event.self_cpu_time_total
    return outside, backward


def main(size: str, steps: int) -> None:
    """Print the table."""
    running = training(size, FIRST_STEPS + 2 * steps)
    tokens = sum(step.tokens for step in islice(running, FIRST_STEPS))
    start = perf_counter()
    for _ in range(steps):
        next(running)
    unwatched = 1000 * (perf_counter() - start) / steps
    with profile(activities=[ProfilerActivity.CPU]) as found:
        start = perf_counter()
        for _ in range(steps):
            with record_function(STEP):
                next(running)
        watched = 1000 * (perf_counter() - start) / steps
    outside, backward = times(list(found.events()))
    whole = outside.total() + backward.total()
    print(
        f"{size}: {SIZES[size].num_hidden_layers} layers, width {SIZES[size].hidden_size}, batches of {BATCH} with "
        f"{tokens / FIRST_STEPS:,.0f} real tokens, {torch.get_num_threads()} threads, torch {torch.__version__}\n"
    )
    print("| part | ms | its gradient, ms | share |\n| --- | --- | --- | --- |")
    for part, _ in (outside + backward).most_common():
        mine = [counts[part] / 1000 / steps for counts in (outside, backward)]
        shown = " | ".join(f"{each:.1f}" if each else "" for each in mine)
        print(f"| {part} | {shown} | {1000 * steps * sum(mine) / whole:.1%} |")
    print(f"\nA step took {unwatched:.1f} ms, {watched:.1f} ms watched.")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "mini", int(sys.argv[2]) if len(sys.argv) > 2 else 10)
