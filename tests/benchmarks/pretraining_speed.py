"""Pre-training speed beside transformers: same weights, examples and batch size, in one run, as Markdown.

    python tests/benchmarks/pretraining_speed.py [ROUNDS] [STEPS]

An example is a pair of up to 64 tokens of a vocabulary of 4,000; lengths are uniform from 16 to 64, so that 62 % of a
batch padded to 64 is real. Speeds are real tokens a second, medians over the rounds; ratios are medians of the ratio
in each round, within which the forms take turns, so many steps each. Threads: as many as there are cores.

The processor is measured first: where it lacks bfloat16, what is computed in it is left out, and the output says so.
"""

import os

if __name__ == "__main__":
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")  # before torch: a busy neighbour would stall spinning threads

import statistics
import sys
from collections.abc import Iterable, Iterator
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
from bertkit.training.precision import Autocast, bfloat16_speed, product_speed

VOCAB, LONGEST, SHORTEST, BATCH = 4000, 64, 16, 64
PAD, CLS, SEP, MASK, FIRST = 0, 2, 3, 4, 5
SIZES = ((4, 256), (2, 128))
LEAST_BFLOAT16 = 0.25
"""Where products in bfloat16 are slower than this share of those in float32, the processor has none: each number is
converted there and back. A form in bfloat16 would then tell how slow that is and nothing of the models, and a round
of it would take as long as ten of all others; on some processors the whole does not end within a day."""


@dataclass(frozen=True)
class Form:
    """A way to train a model."""

    name: str
    is_ours: bool
    is_tuned: bool
    """No dropout, examples of similar length together, fused AdamW, the attention that is fastest in its precision."""
    dtype: torch.dtype
    """Of the matrix products."""

    @property
    def dropout(self) -> float:
        return 0.0 if self.is_tuned else 0.1


FORMS = (
    Form("transformers, as commonly used", False, False, torch.float32),
    Form("transformers, the same in bfloat16", False, False, torch.bfloat16),
    Form("transformers, fully tuned, float32", False, True, torch.float32),
    Form("transformers, fully tuned, bfloat16", False, True, torch.bfloat16),
    Form("bertkit, float32", True, True, torch.float32),
    Form("bertkit, bfloat16", True, True, torch.bfloat16),
)
BASES = ("transformers, as commonly used", "transformers, fully tuned, float32")
"""What all are compared with; both can be measured anywhere."""


def worth_measuring(ratio: float) -> list[Form]:
    """The forms that mean something where bfloat16 products run at `ratio` times the speed of float32."""
    return [form for form in FORMS if form.dtype == torch.float32 or ratio >= LEAST_BFLOAT16]


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
    """A model trained in some form, with its optimiser and its batches."""

    form: Form
    model: nn.Module
    optimizer: torch.optim.Optimizer
    batches: Iterator[Batch]

    def __post_init__(self) -> None:
        self.inputs = ours if self.form.is_ours else theirs
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


def variants(layers: int, width: int, data: TokenizedExamples, forms: Iterable[Form]) -> list[Variant]:
    """Models of the same weights, one in each form."""
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

    def build(form: Form) -> nn.Module:
        if form.is_ours:
            model = BertForPreTraining(config(form.dropout))
            from_huggingface(weights, model)
            return model
        # On a CPU, torch's fused attention is the faster one in float32, two plain products are in bfloat16.
        attention = "eager" if form.is_tuned and form.dtype == torch.bfloat16 else "sdpa"
        settings = transformers.BertConfig(**config(form.dropout).to_dict(), attn_implementation=attention)
        theirs = transformers.BertForPreTraining(settings)
        theirs.load_state_dict(weights)
        return Loss(theirs)

    def variant(form: Form) -> Variant:
        model = build(form)
        batches = data.batches(BATCH, seed=1) if form.is_tuned else random_batches(data)
        optimizer = AdamW(parameter_groups(model, 0.01), lr=1e-4, fused=form.is_tuned or None)
        return Variant(form, Autocast(model) if form.dtype == torch.bfloat16 else model, optimizer, batches)

    return [variant(form) for form in forms]


def operations(layers: int, width: int, variant: Variant) -> float:
    """Of all matrix products of bertkit's step a padded token, forward and backward.

    15 % of the tokens are decoded. Most of the last layer is computed for these and `[CLS]` alone.
    """
    length = LONGEST * 0.62
    decoded = 0.15 * variant.real / variant.padded
    attending, alone = 3 * width**2 + 2 * length * width, 9 * width**2
    inside = layers * attending + (layers - 1 + decoded + 1 / length) * alone
    return 6 * (inside + decoded * (width**2 + width * VOCAB))


def main(rounds: int, steps: int) -> None:
    """Print the tables."""
    data = examples()
    ratio = bfloat16_speed()
    forms = worth_measuring(ratio)
    print(f"{torch.get_num_threads()} threads, torch {torch.__version__}")
    print(f"Matrix products in bfloat16 run at {ratio:.2g} times the speed of float32 here.")
    if left_out := [form.name for form in FORMS if form not in forms]:
        print(
            f"Below {LEAST_BFLOAT16} the processor has no bfloat16 of its own, a speed would be that of conversions;"
            f" left out: {'; '.join(left_out)}."
        )
    for layers, width in SIZES:
        models = variants(layers, width, data, forms)
        for model in models:
            model.run(2)
            model.real = model.padded = model.seconds = 0.0
        speeds: list[list[float]] = []
        products: dict[torch.dtype, list[float]] = {form.dtype: [] for form in forms}
        for _ in range(rounds):
            speeds.append([model.run(steps) for model in models])
            for dtype, found in products.items():
                found.append(product_speed(dtype))
        peak = {dtype: statistics.median(found) for dtype, found in products.items()}
        shown = ", ".join(f"{str(dtype).removeprefix('torch.')} {speed / 1e9:.0f}" for dtype, speed in peak.items())
        print(f"\n{layers} layers, width {width}; matrix products here, in GFLOP/s: {shown}\n")
        print(
            "| model | dropout | not padding | real tokens/s | over the first | over the tuned float32 | of the peak |"
        )
        print("| --- | --- | --- | --- | --- | --- | --- |")
        bases = [next(place for place, form in enumerate(forms) if form.name == name) for name in BASES]
        for place, model in enumerate(models):
            over = [statistics.median(row[place] / row[base] for row in speeds) for base in bases]
            share = ""
            if model.form.is_ours:
                done = model.padded * operations(layers, width, model) / model.seconds
                share = f"{done / peak[model.form.dtype]:.0%}"
            print(
                f"| {model.form.name} | {model.form.dropout} | {model.real / model.padded:.0%} | "
                f"{statistics.median(row[place] for row in speeds):,.0f} | {over[0]:.2f} | {over[1]:.2f} | {share} |",
                flush=True,
            )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7, int(sys.argv[2]) if len(sys.argv) > 2 else 6)
