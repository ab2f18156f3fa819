"""Pre-training speed beside transformers: same weights, examples and batch size, in one run, as Markdown.

    python tests/benchmarks/pretraining_speed.py [ROUNDS]

An example is a pair of up to 64 tokens of a vocabulary of 4,000; lengths are uniform from 16 to 64, so that 62 % of a
batch padded to 64 is real. Speeds are real tokens a second, medians over the rounds; ratios are medians of the ratio
in each round, within which the variants take turns. Threads: as many as there are cores.
"""

import os

os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch: a busy neighbour would stall spinning threads

import statistics
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from time import perf_counter

import torch
from torch import Tensor, nn
from torch.optim import AdamW

from bertkit.data.batches import Batch, TokenizedExamples
from bertkit.model.bert import BertForPreTraining
from bertkit.model.config import BertConfig
from bertkit.model.pretrained import from_huggingface
from bertkit.objectives.mlm import MaskedLanguageModelling
from bertkit.training.optimization import parameter_groups, train_step
from bertkit.training.pretrain import Autocast

VOCAB, LONGEST, SHORTEST, BATCH, STEPS = 4000, 64, 16, 64, 6
PAD, CLS, SEP, MASK, FIRST = 0, 2, 3, 4, 5
SIZES = ((4, 256), (2, 128))


def examples() -> TokenizedExamples:
    """Pairs of random tokens."""
    generator = torch.Generator().manual_seed(0)
    lengths = torch.randint(SHORTEST, LONGEST + 1, (64 * BATCH,), generator=generator).tolist()
    sequences, seconds = [], []
    for length in lengths:
        tokens = torch.randint(FIRST, VOCAB, (length,), generator=generator).tolist()
        tokens[0], tokens[length // 2], tokens[-1] = CLS, SEP, SEP
        sequences.append(tokens)
        seconds.append(length // 2 + 1)
    return TokenizedExamples(
        sequences, PAD, (PAD, CLS, SEP), seconds, [index % 2 == 0 for index in range(len(lengths))]
    )


def random_batches(data: TokenizedExamples) -> Iterator[Batch]:
    """As a shuffling loader makes them: whatever comes, padded to the longest."""
    generator = torch.Generator().manual_seed(1)
    while True:
        order = torch.randperm(len(data.sequences), generator=generator).tolist()
        for start in range(0, len(order), BATCH):
            yield data.batch(order[start : start + BATCH])


@dataclass
class Variant:
    """A model with its optimiser and its batches."""

    name: str
    dropout: float
    model: nn.Module
    optimizer: torch.optim.Optimizer
    batches: Iterator[Batch]
    inputs: Callable[[Batch, Tensor, Tensor], dict[str, Tensor]]

    def __post_init__(self) -> None:
        self.scheduler = torch.optim.lr_scheduler.ConstantLR(self.optimizer, factor=1.0)
        self.objective = MaskedLanguageModelling(MASK, VOCAB)
        self.generator = torch.Generator().manual_seed(2)
        self.real = self.padded = self.seconds = 0.0

    def run(self, steps: int) -> float:
        """Real tokens a second; making and masking batches is counted."""
        start, real = perf_counter(), 0
        for _ in range(steps):
            batch = next(self.batches)
            corrupted, labels = self.objective(batch.input_ids, batch.special_tokens_mask, self.generator)
            train_step(self.model, [self.inputs(batch, corrupted, labels)], self.optimizer, self.scheduler, 1.0)
            real += int(batch.attention_mask.sum())
            self.padded += batch.attention_mask.numel()
        self.real += real
        self.seconds += perf_counter() - start
        return real / (perf_counter() - start)


class Loss(nn.Module):
    """A transformers model as a module that returns its loss."""

    def __init__(self, model: nn.Module) -> None:
        super().__init__()
        self.model = model

    def forward(self, **inputs: Tensor) -> Tensor:
        return self.model(**inputs).loss


def ours(batch: Batch, corrupted: Tensor, labels: Tensor) -> dict[str, Tensor]:
    return {
        "input_ids": corrupted,
        "attention_mask": batch.attention_mask,
        "token_type_ids": batch.token_type_ids,
        "labels": labels,
        "is_next": batch.is_next,
    }


def theirs(batch: Batch, corrupted: Tensor, labels: Tensor) -> dict[str, Tensor]:
    mine = ours(batch, corrupted, labels)
    return {
        **{name: mine[name] for name in ("input_ids", "token_type_ids", "labels")},
        "attention_mask": batch.attention_mask.long(),
        "next_sentence_label": (~batch.is_next).long(),
    }


def variants(layers: int, width: int, data: TokenizedExamples) -> list[Variant]:
    """The three forms of transformers' model, and ours in both precisions."""
    import transformers

    def config(dropout: float) -> BertConfig:
        return BertConfig(
            vocab_size=VOCAB,
            hidden_size=width,
            num_hidden_layers=layers,
            num_attention_heads=width // 64,
            intermediate_size=4 * width,
            max_position_embeddings=LONGEST,
            hidden_dropout_prob=dropout,
            attention_probs_dropout_prob=dropout,
        )

    torch.manual_seed(0)
    weights = transformers.BertForPreTraining(transformers.BertConfig(**config(0.0).to_dict())).state_dict()

    def build(dropout: float, attention: str) -> nn.Module:
        settings = transformers.BertConfig(**config(dropout).to_dict(), attn_implementation=attention)
        model = transformers.BertForPreTraining(settings)
        model.load_state_dict(weights)
        return Loss(model)

    def mine() -> nn.Module:
        model = BertForPreTraining(config(0.0))
        from_huggingface(weights, model)
        return model

    def variant(name: str, model: nn.Module, dropout: float, tuned: bool, low: bool) -> Variant:
        batches = data.batches(BATCH, seed=1) if tuned else random_batches(data)
        optimizer = AdamW(parameter_groups(model, 0.01), lr=1e-4, fused=tuned or None)
        inputs = theirs if isinstance(model, Loss) else ours
        return Variant(name, dropout, Autocast(model) if low else model, optimizer, batches, inputs)

    return [
        variant("transformers, as commonly used", build(0.1, "sdpa"), 0.1, tuned=False, low=False),
        variant("transformers, the same in bfloat16", build(0.1, "sdpa"), 0.1, tuned=False, low=True),
        variant("transformers, fully tuned, bfloat16", build(0.0, "eager"), 0.0, tuned=True, low=True),
        variant("bertkit, float32", mine(), 0.0, tuned=True, low=False),
        variant("bertkit, bfloat16", mine(), 0.0, tuned=True, low=True),
    ]


def peak(dtype: torch.dtype) -> float:
    """Operations a second of a large matrix product."""
    rows, columns = torch.ones(2048, 2048, dtype=dtype), torch.ones(2048, 2048, dtype=dtype)
    times = []
    for _ in range(5):
        start = perf_counter()
        rows @ columns
        times.append(perf_counter() - start)
    return 2 * 2048**3 / min(times)


def operations(layers: int, width: int, variant: Variant) -> float:
    """Of all matrix products of bertkit's step a padded token, forward and backward.

    15 % of the tokens are decoded. Most of the last layer is computed for these and `[CLS]` alone.
    """
    length = LONGEST * 0.62
    decoded = 0.15 * variant.real / variant.padded
    attending, alone = 3 * width**2 + 2 * length * width, 9 * width**2
    inside = layers * attending + (layers - 1 + decoded + 1 / length) * alone
    return 6 * (inside + decoded * (width**2 + width * VOCAB))


def main(rounds: int) -> None:
    """Print the tables."""
    data = examples()
    print(f"{torch.get_num_threads()} threads, torch {torch.__version__}\n")
    for layers, width in SIZES:
        models = variants(layers, width, data)
        for model in models:
            model.run(2)
            model.real = model.padded = model.seconds = 0.0
        speeds: list[list[float]] = []
        peaks: dict[torch.dtype, list[float]] = {torch.float32: [], torch.bfloat16: []}
        for _ in range(rounds):
            speeds.append([model.run(STEPS) for model in models])
            for dtype, found in peaks.items():
                found.append(peak(dtype))
        best = {dtype: statistics.median(found) for dtype, found in peaks.items()}
        print(
            f"{layers} layers, width {width}; matrix products here: float32 {best[torch.float32] / 1e9:.0f}, "
            f"bfloat16 {best[torch.bfloat16] / 1e9:.0f} GFLOP/s\n"
        )
        print("| model | dropout | not padding | real tokens/s | over the first | over the third | of the peak |")
        print("| --- | --- | --- | --- | --- | --- | --- |")
        for index, model in enumerate(models):
            over = [statistics.median(row[index] / row[base] for row in speeds) for base in (0, 2)]
            share = ""
            if model.name.startswith("bertkit"):
                dtype = torch.bfloat16 if "bfloat16" in model.name else torch.float32
                done = model.padded * operations(layers, width, model) / model.seconds
                share = f"{done / best[dtype]:.0%}"
            print(
                f"| {model.name} | {model.dropout} | {model.real / model.padded:.0%} | "
                f"{statistics.median(row[index] for row in speeds):,.0f} | {over[0]:.2f} | {over[1]:.2f} | {share} |",
                flush=True,
            )
        print()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7)
