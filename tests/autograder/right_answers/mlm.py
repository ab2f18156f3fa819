"""Right answers to the exercises of lesson 2."""

import functools
import math
import random
import sys
import warnings
from typing import ClassVar

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from right_answers.register import Register

right = Register()


# -------------------------------------------------------------------------------------------------- select_positions


def check_probability(probability: float) -> None:
    if math.isnan(probability):
        raise ValueError("probability must not be NaN")
    if probability < 0.0 or probability > 1.0:
        raise ValueError(f"{probability!r} is no probability")


@right("mlm.select_positions")
def select_by_bernoulli(input_ids, special_tokens_mask, probability, generator):
    check_probability(probability)
    chances = torch.full(input_ids.shape, float(probability)).masked_fill(special_tokens_mask, 0.0)
    return torch.bernoulli(chances, generator=generator).bool()


@right("mlm.select_positions")
def select_ordinary_only(input_ids, special_tokens_mask, probability, generator):
    """Draws for ordinary positions only, in place, in double precision, with a warning and a print."""
    print("selecting", file=sys.stderr)
    warnings.warn("this is slow", stacklevel=1)
    if not (probability >= 0 and probability <= 1):
        raise ValueError(probability)
    selected = torch.zeros_like(special_tokens_mask)
    ordinary = torch.logical_not(special_tokens_mask)
    count = int(ordinary.sum())
    selected[ordinary] = torch.rand(count, generator=generator, dtype=torch.float64) < probability
    return selected


@right("mlm.select_positions")
def select_by_complement(input_ids, special_tokens_mask, probability, generator, device="cpu"):
    """`1 - u > 1 - p` would be off at the ends; this is `u >= 1 - p`, and a uniform_ in place."""
    if not 0 <= probability <= 1:
        raise ValueError("probability out of range: {:.3f}".format(probability))  # noqa: UP032
    draws = torch.empty(special_tokens_mask.size(), device=device).uniform_(generator=generator)
    return torch.where(special_tokens_mask, torch.tensor(False), draws >= 1 - probability)


class Selector:
    """A callable object, by numbers of a Python generator that the torch generator seeds."""

    def __call__(self, input_ids, special_tokens_mask, probability, generator):
        if probability not in (0, 1) and not 0 < probability < 1:
            raise ValueError(f"got probability={probability}")
        rows, length = input_ids.shape
        source = random.Random(int(torch.randint(2**60, (), generator=generator)))
        draws = torch.tensor([[source.random() for _ in range(length)] for _ in range(rows)], dtype=torch.float64)
        return draws.lt(probability).logical_and(special_tokens_mask.logical_not())


right("mlm.select_positions")(Selector())


@right("mlm.select_positions", slow=True)
def select_in_a_loop(input_ids, special_tokens_mask, probability, generator):
    check_probability(probability)
    selected = torch.zeros(input_ids.shape, dtype=torch.bool)
    for row in range(input_ids.shape[0]):
        for place in range(input_ids.shape[1]):
            if not special_tokens_mask[row, place] and torch.rand((), generator=generator) < probability:
                selected[row, place] = True
    return selected


# ----------------------------------------------------------------------------------------------------------- corrupt


@right("mlm.corrupt")
def corrupt_as_hugging_face(input_ids, selected, mask_token_id, vocab_size, generator):
    """Two Bernoulli draws, the second for half of what is left, as in DataCollatorForLanguageModeling."""
    inputs = input_ids.clone()
    replaced = torch.bernoulli(torch.full(inputs.shape, 0.8), generator=generator).bool() & selected
    inputs[replaced] = mask_token_id
    randomized = torch.bernoulli(torch.full(inputs.shape, 0.5), generator=generator).bool() & selected & ~replaced
    words = torch.randint(vocab_size, inputs.shape, dtype=torch.long, generator=generator)
    inputs[randomized] = words[randomized]
    return inputs


@right("mlm.corrupt")
def corrupt_by_multinomial(input_ids, selected, mask_token_id, vocab_size, generator):
    """One draw a selected position from three fates, and random words for those only that need one."""
    corrupted = input_ids.detach().clone()
    count = int(selected.sum())
    if count == 0:
        return corrupted
    fates = torch.multinomial(torch.tensor([0.8, 0.1, 0.1]), count, replacement=True, generator=generator)
    tokens = corrupted[selected]
    tokens[fates == 0] = mask_token_id
    random_fate = fates == 1
    tokens[random_fate] = torch.randint(0, vocab_size, (int(random_fate.sum()),), generator=generator)
    corrupted[selected] = tokens
    return corrupted


@right("mlm.corrupt")
def corrupt_by_where(input_ids, selected, mask_token_id, vocab_size, generator):
    """Fates as whole numbers from 0 to 9; words by scaling a uniform number."""
    fate = torch.randint(10, input_ids.shape, generator=generator)
    words = (torch.rand(input_ids.shape, generator=generator, dtype=torch.float64) * vocab_size).long()
    result = torch.where(fate == 8, words, torch.where(fate == 9, input_ids, torch.full_like(input_ids, mask_token_id)))
    return torch.where(selected, result, input_ids)


def corrupt_with_shares(mask_share, random_share, input_ids, selected, mask_token_id, vocab_size, generator):
    places = selected.nonzero(as_tuple=True)
    draw = torch.rand(len(places[0]), generator=generator)
    words = torch.randint(vocab_size, draw.shape, generator=generator)
    old = input_ids[places]
    new = old.masked_fill(draw < mask_share, mask_token_id)
    new = new.where(~((draw >= mask_share) & (draw < mask_share + random_share)), words)
    return input_ids.index_put(places, new)


right("mlm.corrupt")(functools.partial(corrupt_with_shares, 0.8, 0.1))


@right("mlm.corrupt", slow=True)
def corrupt_in_a_loop(input_ids, selected, mask_token_id, vocab_size, generator):
    rows = input_ids.tolist()
    chosen = selected.tolist()
    for row in range(len(rows)):
        for place in range(len(rows[row])):
            if chosen[row][place]:
                fate = torch.rand(1, generator=generator).item()
                if fate < 0.8:
                    rows[row][place] = mask_token_id
                elif fate < 0.9:
                    rows[row][place] = torch.randint(vocab_size, (1,), generator=generator).item()
    return torch.tensor(rows, dtype=torch.long)


# -------------------------------------------------------------------------------------------------------- mlm_labels


@right("mlm.mlm_labels")
def labels_by_assignment(input_ids, selected):
    labels = input_ids.clone()
    labels[~selected] = -100
    return labels


@right("mlm.mlm_labels")
def labels_by_fill(input_ids, selected):
    return input_ids.masked_fill(selected.logical_not(), -100)


@right("mlm.mlm_labels")
def labels_by_arithmetic(input_ids, selected, ignore_index=-100):
    print("labels")
    return input_ids * selected + ignore_index * (~selected)


@right("mlm.mlm_labels")
def labels_by_scatter(input_ids, selected):
    labels = torch.full_like(input_ids, -100)
    labels.masked_scatter_(selected, input_ids[selected])
    return labels


@right("mlm.mlm_labels")
def labels_in_a_loop(input_ids, selected):
    rows = zip(input_ids.tolist(), selected.tolist(), strict=True)
    return torch.tensor(
        [[token if chosen else -100 for token, chosen in zip(*row, strict=True)] for row in rows], dtype=torch.long
    )


# ----------------------------------------------------------------------------------------------------------- MLMHead


@right("mlm.MLMHead")
class HuggingFaceHead(nn.Module):
    """A decoder without bias that gets the head's, as in BertLMPredictionHead."""

    def __init__(self, hidden_size, token_embeddings):
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.norm = nn.LayerNorm(hidden_size, eps=1e-12)
        self.decoder = nn.Linear(hidden_size, token_embeddings.num_embeddings, bias=False)
        self.decoder.weight = token_embeddings.weight
        self.bias = nn.Parameter(torch.zeros(token_embeddings.num_embeddings))
        self.decoder.bias = self.bias

    def forward(self, hidden):
        return self.decoder(self.norm(F.gelu(self.dense(hidden))))


@right("mlm.MLMHead")
class HeadWithEmbeddings(nn.Module):
    """The embedding is a submodule, and the decoder looks its weight up there."""

    class Decoder(nn.Module):
        def __init__(self, embeddings):
            super().__init__()
            self.embeddings = embeddings
            self.bias = nn.Parameter(embeddings.weight.new_zeros(embeddings.weight.shape[0]))

        @property
        def weight(self):
            return self.embeddings.weight

        def forward(self, hidden):
            return hidden @ self.weight.t() + self.bias

    def __init__(self, hidden_size, token_embeddings):
        super().__init__()
        self.token_embeddings = token_embeddings
        self.dense, self.activation = nn.Linear(hidden_size, hidden_size), nn.GELU()
        self.norm = nn.LayerNorm((hidden_size,), 1e-12)
        self.decoder = self.Decoder(token_embeddings)

    def forward(self, hidden):
        return self.decoder(self.norm(self.activation(self.dense(hidden))))


@right("mlm.MLMHead")
class HeadByFormulas(nn.Module):
    """GELU and norm written out, the decoder's parameters used by `einsum`, dropout of 0 and spare modules."""

    def __init__(self, hidden_size: int, token_embeddings: nn.Embedding, verbose: bool = True) -> None:
        super().__init__()
        vocab_size, _ = token_embeddings.weight.shape
        self.decoder = nn.Linear(hidden_size, vocab_size)
        self.decoder.weight = token_embeddings.weight
        with torch.no_grad():
            self.decoder.bias.zero_()
        self.norm = nn.LayerNorm(hidden_size, eps=1e-12)
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.spare = nn.Sequential(nn.Identity(), nn.Dropout(0.0))
        if verbose:
            print("built", file=sys.stderr)

    def forward(self, hidden: Tensor) -> Tensor:
        x = torch.einsum("...i,oi->...o", hidden, self.dense.weight) + self.dense.bias
        x = 0.5 * x * (1 + torch.erf(x / math.sqrt(2)))
        centred = x - x.mean(-1, keepdim=True)
        x = centred / torch.sqrt(centred.pow(2).mean(-1, keepdim=True) + 1e-12)
        x = self.spare(x * self.norm.weight + self.norm.bias)
        return torch.einsum("...h,vh->...v", x, self.decoder.weight) + self.decoder.bias


@right("mlm.MLMHead")
def build_head(hidden_size, token_embeddings):
    """A function that builds the module; the transform is a list of its parts, registered twice."""

    class Head(nn.Module):
        layers: ClassVar = ("dense", "gelu", "norm", "decoder")

        def forward(self, hidden):
            for name in self.layers:
                hidden = getattr(self, name)(hidden)
            return hidden

    head = Head()
    head.dense = nn.Linear(hidden_size, hidden_size)
    head.gelu = nn.GELU(approximate="none")
    head.norm = nn.LayerNorm(hidden_size, eps=1e-12)
    head.decoder = nn.Linear(hidden_size, token_embeddings.num_embeddings)
    del head.decoder.weight
    head.decoder.register_parameter("weight", token_embeddings.weight)
    nn.init.constant_(head.decoder.bias, 0)
    head.transform = nn.Sequential(head.dense, head.gelu, head.norm)
    return head


# ---------------------------------------------------------------------------------------------------------- mlm_loss


@right("mlm.mlm_loss")
def loss_of_picked_positions(logits, labels):
    """Picks the labelled positions first; the sum over none of them is a zero that can be differentiated."""
    labelled = labels != -100
    if not labelled.any():
        return logits[labelled].sum()
    return F.cross_entropy(logits[labelled], labels[labelled])


@right("mlm.mlm_loss")
def loss_by_gather(logits, labels):
    labelled = labels.ne(-100)
    log_probabilities = logits.log_softmax(dim=-1)
    picked = log_probabilities.gather(-1, labels.masked_fill(~labelled, 0).unsqueeze(-1)).squeeze(-1)
    return -(picked * labelled).sum() / max(int(labelled.sum()), 1)


@right("mlm.mlm_loss")
def loss_by_logsumexp(logits, labels):
    mask = (labels >= 0).to(logits.dtype)
    one_hot = F.one_hot(labels.clamp(min=0), logits.size(-1)).to(logits.dtype)
    per_position = torch.logsumexp(logits, dim=-1) - (logits * one_hot).sum(dim=-1)
    return (per_position * mask).sum() / mask.sum().clamp(min=1)


class MLMLoss(nn.Module):
    """A module in the place of a function, with nn.CrossEntropyLoss over (B, V, T)."""

    def __init__(self) -> None:
        super().__init__()
        self.loss = nn.CrossEntropyLoss(reduction="none", ignore_index=-100)

    def forward(self, logits, labels):
        per_position = self.loss(logits.reshape(-1, logits.size(-1)), labels.flatten())
        count = torch.count_nonzero(labels != -100)
        if count == 0:
            return 0 * logits.sum()
        return per_position.sum().div(count)


right("mlm.mlm_loss")(MLMLoss())


@right("mlm.mlm_loss")
def loss_in_a_loop(logits, labels):
    vocab_size = logits.shape[-1]
    total, count = logits.sum() * 0, 0
    for scores, label in zip(logits.reshape(-1, vocab_size), labels.reshape(-1).tolist(), strict=True):
        if label != -100:
            shifted = scores - scores.max().detach()
            total = total + shifted.exp().sum().log() - shifted[label]
            count += 1
    return total / count if count else total
