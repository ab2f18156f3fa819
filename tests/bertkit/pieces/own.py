"""Every piece of a pre-training and of a fine-tuning as somebody may write it who has not seen the library's.

Draws are made in the library's order, so that a run on these pieces can be held against one on the library's.
"""

import base64
import json
import math
import random
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim import Optimizer
from torch.optim.lr_scheduler import LRScheduler

# Bidirectionality


def causal_mask(seq_len: int) -> Tensor:
    return torch.tensor([[column <= row for column in range(seq_len)] for row in range(seq_len)])


def attention(query: Tensor, key: Tensor, value: Tensor, mask: Tensor | None = None) -> tuple[Tensor, Tensor]:
    scores = torch.einsum("...id,...jd->...ij", query, key) * query.shape[-1] ** -0.5
    allowed = torch.ones_like(scores, dtype=torch.bool) if mask is None else mask.expand(scores.shape)
    highest = scores.masked_fill(~allowed, 0.0).amax(dim=-1, keepdim=True).detach()
    shares = torch.where(allowed, (scores.clamp(max=1e4) - highest).exp(), 0.0)
    weights = shares / shares.sum(dim=-1, keepdim=True).clamp(min=1e-30)
    return torch.einsum("...ij,...jd->...id", weights, value), weights


def next_token_labels(input_ids: Tensor, attention_mask: Tensor) -> Tensor:
    rows = []
    for ids, real in zip(input_ids.tolist(), attention_mask.tolist(), strict=True):
        length = sum(real)
        rows.append(ids[1:length] + [-100] * (len(ids) - length + 1))
    return torch.tensor(rows)


# Masked tokens


def select_positions(
    input_ids: Tensor, special_tokens_mask: Tensor, probability: float, generator: torch.Generator
) -> Tensor:
    if not (probability >= 0 and probability <= 1):
        raise ValueError(f"{probability}?")
    draws = torch.empty(input_ids.shape).uniform_(generator=generator).tolist()
    return torch.tensor(
        [
            [draw < probability and not special for draw, special in zip(*each, strict=True)]
            for each in zip(draws, special_tokens_mask.tolist(), strict=True)
        ]
    )


def corrupt(
    input_ids: Tensor, selected: Tensor, mask_token_id: int, vocab_size: int, generator: torch.Generator
) -> Tensor:
    fate = torch.rand(input_ids.shape, generator=generator)
    others = torch.randint(vocab_size, input_ids.shape, generator=generator)
    found = input_ids.clone()
    for row, column in selected.nonzero().tolist():
        if fate[row, column] < 0.8:
            found[row, column] = mask_token_id
        elif fate[row, column] >= 0.9:
            found[row, column] = others[row, column]
    return found


def mlm_labels(input_ids: Tensor, selected: Tensor) -> Tensor:
    labels = torch.full_like(input_ids, -100)
    labels[selected] = input_ids[selected]
    return labels


class MLMHead(nn.Module):
    def __init__(self, hidden_size: int, token_embeddings: nn.Embedding) -> None:
        super().__init__()
        self.transform = nn.Linear(hidden_size, hidden_size)
        self.scale = nn.LayerNorm(hidden_size, eps=1e-12)
        self.decoder = nn.Linear(hidden_size, token_embeddings.num_embeddings)
        self.decoder.weight = token_embeddings.weight
        nn.init.zeros_(self.decoder.bias)

    def forward(self, hidden: Tensor) -> Tensor:
        turned = self.transform(hidden)
        turned = turned * 0.5 * (1 + torch.erf(turned / math.sqrt(2)))
        return self.decoder(self.scale(turned))


def mlm_loss(logits: Tensor, labels: Tensor) -> Tensor:
    wanted = labels != -100
    if not wanted.any():
        return logits.sum() * 0.0
    likely = logits[wanted].log_softmax(dim=-1)
    return -likely.gather(-1, labels[wanted][:, None]).mean()


# Next sentences


def sample_pairs(documents: Sequence[Sequence[Any]], rng: random.Random) -> list[tuple[Any, Any, bool]]:
    told = [number for number, document in enumerate(documents) if len(document) > 0]
    if len(told) < 2:
        raise ValueError("too few documents")
    pairs = []
    for number in told:
        for place in range(len(documents[number]) - 1):
            second, real = documents[number][place + 1], rng.random() < 0.5
            if not real:
                others = [other for other in told if other != number]
                second = rng.choice(documents[others[rng.randrange(len(others))]])
            pairs.append((documents[number][place], second, real))
    return pairs


def pack_pair(
    first: Sequence[int], second: Sequence[int], cls_id: int, sep_id: int, max_length: int
) -> tuple[list[int], list[int]]:
    if max_length < 5 or not first or not second:
        raise ValueError(f"{max_length}, {first}, {second}")
    kept, other = len(first), len(second)
    for _ in range(max(0, kept + other + 3 - max_length)):
        if kept > other:
            kept -= 1
        else:
            other -= 1
    ids = [cls_id, *first[:kept], sep_id, *second[:other], sep_id]
    return ids, [int(place > kept + 1) for place in range(len(ids))]


class NSPHead(nn.Module):
    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(hidden_size, hidden_size), nn.Tanh(), nn.Linear(hidden_size, 2))

    def forward(self, hidden: Tensor) -> Tensor:
        return self.layers(hidden.select(1, 0))


def nsp_loss(logits: Tensor, is_next: Tensor) -> Tensor:
    likely = logits.log_softmax(dim=-1)
    return -torch.where(is_next, likely[:, 0], likely[:, 1]).mean()


def pretraining_loss(mlm_logits: Tensor, labels: Tensor, nsp_logits: Tensor, is_next: Tensor) -> Tensor:
    return nsp_loss(nsp_logits, is_next) + mlm_loss(mlm_logits, labels)


# The loop


def pad_batch(sequences: Sequence[Sequence[int]], pad_id: int) -> tuple[Tensor, Tensor]:
    if not sequences:
        raise ValueError("no sequences")
    width = max(len(sequence) for sequence in sequences)
    ids = [[*sequence] + [pad_id] * (width - len(sequence)) for sequence in sequences]
    real = [[place < len(sequence) for place in range(width)] for sequence in sequences]
    return torch.tensor(ids).reshape(len(sequences), width), torch.tensor(real).reshape(len(sequences), width)


def warmup_linear(step: int, warmup_steps: int, total_steps: int) -> float:
    if min(step, warmup_steps, total_steps) < 0 or warmup_steps > total_steps:
        raise ValueError(f"{step}, {warmup_steps}, {total_steps}")
    if step >= total_steps:
        return 0.0
    return min(step / max(warmup_steps, 1) if step < warmup_steps else 1.0, rest(step, warmup_steps, total_steps))


def rest(step: int, warmup_steps: int, total_steps: int) -> float:
    return 1.0 if step < warmup_steps else (total_steps - step) / (total_steps - warmup_steps)


def parameter_groups(model: nn.Module, weight_decay: float) -> list[dict[str, object]]:
    """A group for every parameter."""
    spared = {id(one) for part in model.modules() if isinstance(part, nn.LayerNorm) for one in part.parameters()}
    groups: list[dict[str, object]] = []
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            bias = name.split(".")[-1] in ("bias",) or name.endswith("_bias") or name.split(".")[-1].startswith("bias_")
            groups.append(
                {"params": [parameter], "weight_decay": 0.0 if bias or id(parameter) in spared else weight_decay}
            )
    return groups


def train_step(
    model: nn.Module,
    micro_batches: Sequence[Mapping[str, Any]],
    optimizer: Optimizer,
    scheduler: LRScheduler,
    max_grad_norm: float,
) -> float:
    model.train()
    optimizer.zero_grad()
    losses = [model(**batch) for batch in micro_batches]
    mean = torch.stack(losses).mean()
    mean.backward()
    learning = [parameter for parameter in model.parameters() if parameter.grad is not None]
    norm = torch.stack([parameter.grad.norm() for parameter in learning]).norm()
    for parameter in learning:
        parameter.grad *= (max_grad_norm / (norm + 1e-6)).clamp(max=1.0)
    optimizer.step()
    scheduler.step()
    return mean.item()


def masked_accuracy(logits: Tensor, labels: Tensor) -> tuple[int, int]:
    pairs = [
        (guess, label)
        for guess, label in zip(logits.argmax(-1).flatten().tolist(), labels.flatten().tolist(), strict=True)
        if label != -100
    ]
    return sum(guess == label for guess, label in pairs), len(pairs)


def save_checkpoint(path: Path, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler, step: int) -> None:
    state = {
        "model": model.state_dict(),
        "optimizer": optimizer.state_dict(),
        "scheduler": scheduler.state_dict(),
        "random": torch.get_rng_state(),
        "step": step,
    }
    half = path.with_name(f".{path.name}.half")
    half.write_text(json.dumps(state, default=tensor_to_json))
    half.replace(path)


def load_checkpoint(path: Path, model: nn.Module, optimizer: Optimizer, scheduler: LRScheduler) -> int:
    try:
        state = json.loads(path.read_text(), object_hook=tensor_from_json)
    except (OSError, ValueError) as error:
        raise ValueError(f"{path}: {error}") from error
    state["optimizer"]["state"] = {int(number): each for number, each in state["optimizer"]["state"].items()}
    for part, name in ((model, "model"), (optimizer, "optimizer"), (scheduler, "scheduler")):
        part.load_state_dict(state[name])
    torch.set_rng_state(state["random"])
    return int(state["step"])


def tensor_to_json(tensor: Tensor) -> dict[str, Any]:
    flat = tensor.detach().contiguous().numpy().tobytes()
    return {"dtype": str(tensor.dtype), "shape": [*tensor.shape], "bytes": base64.b64encode(flat).decode()}


def tensor_from_json(value: dict[str, Any]) -> Any:
    if value.keys() != {"dtype", "shape", "bytes"}:
        return value
    dtype = getattr(torch, value["dtype"].removeprefix("torch."))
    return torch.frombuffer(bytearray(base64.b64decode(value["bytes"])), dtype=dtype).reshape(value["shape"])


# Heads


class SequenceClassificationHead(nn.Module):
    def __init__(self, hidden_size: int, num_labels: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.share, self.classifier = dropout, nn.Linear(hidden_size, num_labels)

    def forward(self, hidden: Tensor) -> Tensor:
        return self.classifier(nn.functional.dropout(hidden.select(1, 0), self.share, self.training))


class TokenClassificationHead(nn.Module):
    def __init__(self, hidden_size: int, num_labels: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.layers = nn.Sequential(nn.Dropout(dropout), nn.Linear(hidden_size, num_labels))

    def forward(self, hidden: Tensor) -> Tensor:
        return self.layers(hidden)


class SpanHead(nn.Module):
    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.outputs = nn.Linear(hidden_size, 2)

    def forward(self, hidden: Tensor) -> tuple[Tensor, Tensor]:
        start, end = self.outputs(hidden).split(1, dim=-1)
        return start.squeeze(-1), end.squeeze(-1)


def align_labels(word_labels: Sequence[int], word_ids: Sequence[int | None]) -> list[int]:
    return [
        -100 if word is None or (place and word_ids[place - 1] == word) else word_labels[word]
        for place, word in enumerate(word_ids)
    ]


def span_loss(start_logits: Tensor, end_logits: Tensor, start: Tensor, end: Tensor) -> Tensor:
    rows = torch.arange(len(start))
    return -(start_logits.log_softmax(-1)[rows, start] + end_logits.log_softmax(-1)[rows, end]).mean() / 2


def best_span(start_logits: Tensor, end_logits: Tensor, allowed: Tensor, max_length: int) -> tuple[int, int]:
    spans = [
        (float(start_logits[start] + end_logits[end]), start, end)
        for start in range(len(allowed))
        for end in range(start, min(start + max_length, len(allowed)))
        if allowed[start] and allowed[end]
    ]
    if not spans:
        raise ValueError("no span is left")
    return max(spans, key=lambda span: span[0])[1:]


# Fine-tuning


class FrozenEncoder(nn.Module):
    def __init__(self, encoder: nn.Module) -> None:
        super().__init__()
        self.inner = encoder
        for parameter in encoder.parameters():
            parameter.requires_grad = False

    def forward(self, *args: Any, **kwargs: Any) -> Any:
        self.inner.eval()
        with torch.no_grad():
            return self.inner(*args, **kwargs)


def cache_features(encoder: nn.Module, batches: Sequence[Mapping[str, Tensor]]) -> Tensor:
    was_training = encoder.training
    encoder.eval()
    try:
        rows = []
        with torch.no_grad():
            for batch in batches:
                rows += [*encoder(**batch)[:, 0, :]]
        return torch.stack(rows)
    finally:
        encoder.train(was_training)


def layerwise_learning_rates(num_layers: int, base_lr: float, decay: float) -> list[float]:
    if not (decay > 0 and decay <= 1):
        raise ValueError(f"{decay}")
    rates = [base_lr]
    for _ in range(num_layers + 1):
        rates.insert(0, rates[0] * decay)
    return rates


def finetune(model: nn.Module, batches: list[dict[str, Tensor]], optimizer: Optimizer, epochs: int) -> list[float]:
    model.train()
    means = []
    for _ in range(epochs):
        losses = []
        for batch in batches:
            optimizer.zero_grad()
            loss = model(**batch)
            loss.backward()
            optimizer.step()
            losses.append(loss.item())
        means.append(sum(losses) / len(losses))
    return means


def entity_f1(predicted: Sequence[Sequence[str]], gold: Sequence[Sequence[str]]) -> float:
    if [len(tags) for tags in predicted] != [len(tags) for tags in gold]:
        raise ValueError("lengths differ")
    said, there = (
        {(number, *span) for number, tags in enumerate(side) for span in spans_of(tags)} for side in (predicted, gold)
    )
    return 2 * len(said & there) / (len(said) + len(there)) if said & there else 0.0


def spans_of(tags: Sequence[str]) -> list[tuple[int, int, str]]:
    spans, place = [], 0
    while place < len(tags):
        kind, start = tags[place][2:], place
        place += 1
        if tags[start] != "O":
            while place < len(tags) and tags[place] == f"I-{kind}":
                place += 1
            spans.append((start, place, kind))
    return spans


Piece = Callable[..., Any]

OF_PRETRAINING: dict[str, Piece] = {
    "select_positions": select_positions,
    "corrupt": corrupt,
    "mlm_labels": mlm_labels,
    "sample_pairs": sample_pairs,
    "pack_pair": pack_pair,
    "pad_batch": pad_batch,
    "attention": attention,
    "mlm_head": MLMHead,
    "nsp_head": NSPHead,
    "mlm_loss": mlm_loss,
    "nsp_loss": nsp_loss,
    "pretraining_loss": pretraining_loss,
    "parameter_groups": parameter_groups,
    "warmup_linear": warmup_linear,
    "train_step": train_step,
    "masked_accuracy": masked_accuracy,
    "save_checkpoint": save_checkpoint,
    "load_checkpoint": load_checkpoint,
}
OF_FINETUNING: dict[str, Piece] = {
    "align_labels": align_labels,
    "pack_pair": pack_pair,
    "pad_batch": pad_batch,
    "attention": attention,
    "sequence_head": SequenceClassificationHead,
    "token_head": TokenClassificationHead,
    "span_head": SpanHead,
    "mlm_loss": mlm_loss,
    "span_loss": span_loss,
    "frozen_encoder": FrozenEncoder,
    "cache_features": cache_features,
    "layerwise_learning_rates": layerwise_learning_rates,
    "parameter_groups": parameter_groups,
    "warmup_linear": warmup_linear,
    "train_step": train_step,
    "finetune": finetune,
    "best_span": best_span,
    "entity_f1": entity_f1,
}
