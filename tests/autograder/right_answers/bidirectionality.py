"""Right answers to the exercises of lesson 1."""

import functools
import math
import sys
import warnings

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from right_answers.register import Register

right = Register()

# ------------------------------------------------------------------------------------------------------- causal_mask


@right("bidirectionality.causal_mask")
def mask_by_comparing(seq_len):
    if seq_len <= 0:
        raise ValueError(f"{seq_len} is too short")
    places = torch.arange(seq_len)
    return places.unsqueeze(1) >= places.unsqueeze(0)


@right("bidirectionality.causal_mask")
def mask_by_hiding(seq_len):
    """With a print and a warning, by minus infinity, as nn.Transformer makes it."""
    print("masking", file=sys.stderr)
    warnings.warn("no mask is for ever", stacklevel=1)
    if not seq_len >= 1:
        raise ValueError("bad length: " + str(seq_len))
    return nn.Transformer.generate_square_subsequent_mask(seq_len).isfinite()


@right("bidirectionality.causal_mask")
def mask_by_numpy(seq_len):
    if seq_len < 1:
        raise ValueError(seq_len)
    return torch.from_numpy(np.tri(seq_len, dtype=bool))


@right("bidirectionality.causal_mask")
@functools.lru_cache
def mask_by_rows(seq_len):
    """Remembered for each length, made of rows."""
    if seq_len < 1:
        raise ValueError(f"seq_len must be positive, got {seq_len}")
    return torch.stack([torch.arange(seq_len) < row + 1 for row in range(seq_len)])


@right("bidirectionality.causal_mask")
def mask_by_transposing(seq_len):
    """A view, whose elements do not follow one another in memory."""
    if seq_len < 1:
        raise ValueError(f"{seq_len=}")
    return torch.triu(torch.ones((seq_len, seq_len))).bool().T


@right("bidirectionality.causal_mask")
def mask_as_lists(seq_len):
    if seq_len < 1:
        raise ValueError(f"no sequence has {seq_len} positions")
    return torch.tensor([[column <= row for column in range(seq_len)] for row in range(seq_len)])


@right("bidirectionality.causal_mask", slow=True)
def mask_in_a_loop(seq_len):
    if seq_len < 1:
        raise ValueError(f"seq_len {seq_len}")
    mask = torch.zeros(seq_len, seq_len, dtype=torch.bool)
    for i in range(seq_len):
        for j in range(i + 1):
            mask[i, j] = True
    return mask


# --------------------------------------------------------------------------------------------------------- attention


@right("bidirectionality.attention")
def attention_by_torch(query, key, value, mask=None):
    """Torch's own function for the output; weights as the output of an identity."""
    identity = torch.eye(key.shape[-2], dtype=value.dtype).expand(*key.shape[:-1], key.shape[-2])
    if mask is None:
        attend = F.scaled_dot_product_attention
        return attend(query, key, value), attend(query, key, identity)
    shape = (*query.shape[:-1], key.shape[-2])
    mask = mask.expand(shape)
    seen = mask.any(dim=-1, keepdim=True)
    attend = functools.partial(F.scaled_dot_product_attention, query, key, attn_mask=mask | ~seen)
    return attend(value) * seen, attend(identity) * seen


@right("bidirectionality.attention")
def attention_by_einsum(query, key, value, mask=None):
    """exp and sum by hand, the largest score taken away first."""
    scores = torch.einsum("...qd,...kd->...qk", query, key) * query.size(-1) ** -0.5
    if mask is not None:
        scores = torch.where(mask, scores, torch.tensor(-torch.inf, dtype=scores.dtype))
    largest = scores.amax(dim=-1, keepdim=True).detach()
    powers = torch.exp(scores - torch.where(largest.isfinite(), largest, torch.zeros_like(largest)))
    total = powers.sum(dim=-1, keepdim=True)
    weights = powers / torch.where(total == 0, torch.ones_like(total), total)
    return torch.einsum("...qk,...kv->...qv", weights, value), weights


@right("bidirectionality.attention")
def attention_repaired(query, key, value, mask=None):
    """nan repaired after the softmax, which `masked_fill` keeps from the gradient."""
    scores = torch.matmul(query, key.mT) / key.shape[-1] ** 0.5
    if mask is None:
        weights = F.softmax(scores, dim=-1)
    else:
        weights = torch.nan_to_num(F.softmax(scores.masked_fill(mask.logical_not(), float("-inf")), dim=-1), nan=0.0)
    return torch.matmul(weights, value), weights


@right("bidirectionality.attention")
def attention_of_scaled_queries(query, key, value, mask=None):
    """Queries scaled first, a billion taken from hidden scores, empty rows set to 0 at the end."""
    root = torch.sqrt(torch.tensor(query.shape[-1], dtype=query.dtype))
    scores = (query / root).matmul(key.swapaxes(-1, -2))
    if mask is None:
        return (scores.log_softmax(-1).exp() @ value), scores.log_softmax(-1).exp()
    scores = scores.masked_fill(mask == False, -1e9)  # noqa: E712
    weights = torch.softmax(scores, -1) * mask
    return weights @ value, weights


class Attention(nn.Module):
    """A module that does as a function does, one matrix at a time."""

    def forward(self, query, key, value, mask=None):
        leading = query.shape[:-2]
        shape = (query.shape[-2], key.shape[-2])
        masks = torch.ones(*leading, *shape, dtype=torch.bool) if mask is None else mask.expand(*leading, *shape)
        flat = [each.reshape(-1, *each.shape[-2:]) for each in (query, key, value, masks)]
        both = [self.one(*each) for each in zip(*flat, strict=True)]
        output, weights = (torch.stack(each) for each in zip(*both, strict=True))
        return output.view(*leading, *output.shape[1:]), weights.view(*leading, *weights.shape[1:])

    def one(self, query, key, value, mask):
        rows = []
        for q, allowed in zip(query, mask, strict=True):
            row = torch.zeros(len(key), dtype=query.dtype)
            if allowed.any():
                shares = (key[allowed] @ q / math.sqrt(len(q))).softmax(0)
                row = row.masked_scatter(allowed, shares)
            rows.append(row + 0 * (key @ q))
        weights = torch.stack(rows)
        return weights @ value, weights


right("bidirectionality.attention", slow=True)(Attention())

# ------------------------------------------------------------------------------------------------- next_token_labels


@right("bidirectionality.next_token_labels")
def labels_by_rolling(input_ids, attention_mask):
    """Moves around the end, and then leaves out the last column, too."""
    moved, real = torch.roll(input_ids, -1, dims=1), torch.roll(attention_mask, -1, dims=1)
    real[:, -1] = False
    return moved.masked_fill(~real, -100)


@right("bidirectionality.next_token_labels")
def labels_by_padding(input_ids, attention_mask):
    hidden = torch.where(attention_mask, input_ids, torch.full_like(input_ids, -100))
    return F.pad(hidden[:, 1:], (0, 1), value=-100)


@right("bidirectionality.next_token_labels")
def labels_by_length(input_ids, attention_mask):
    """Padding is on the right, so a length says all."""
    lengths = attention_mask.sum(dim=1, keepdim=True)
    places = torch.arange(input_ids.size(1)).unsqueeze(0)
    following = torch.cat((input_ids[:, 1:], input_ids[:, :1]), dim=1)
    return torch.where(places < lengths - 1, following, torch.tensor(-100))


@right("bidirectionality.next_token_labels")
def labels_by_index(input_ids, attention_mask):
    labels = torch.empty_like(input_ids).fill_(-100)
    rows, columns = attention_mask[:, 1:].nonzero(as_tuple=True)
    labels[rows, columns] = input_ids[rows, columns + 1]
    return labels


@right("bidirectionality.next_token_labels")
def labels_as_lists(input_ids, attention_mask):
    rows = []
    for ids, real in zip(input_ids.tolist(), attention_mask.tolist(), strict=True):
        length = sum(real)
        rows.append(ids[1:length] + [-100] * (len(ids) - length + 1))
    return torch.tensor(rows)


@right("bidirectionality.next_token_labels", slow=True)
def labels_in_a_loop(input_ids, attention_mask):
    rows, length = input_ids.shape
    labels = torch.zeros(rows, length, dtype=torch.long)
    for row in range(rows):
        for place in range(length):
            last = place == length - 1 or not attention_mask[row, place + 1]
            labels[row, place] = -100 if last else input_ids[row, place + 1]
    return labels


# --------------------------------------------------------------------------------------------------------- influence


@right("bidirectionality.influence")
def influence_by_jacobian(fn, x):
    """Torch's own function for all derivatives."""
    jacobian = torch.autograd.functional.jacobian(fn, x.detach())
    return jacobian.ne(0).any(dim=-1).any(dim=1)


@right("bidirectionality.influence")
def influence_by_reverse_mode(fn, x):
    """Of torch's functional part, all outputs at once."""
    return torch.func.jacrev(fn)(x.detach().clone()).abs().amax(dim=(1, 3)).bool()


@right("bidirectionality.influence")
def influence_by_forward_mode(fn, x):
    """The other way round: one column of derivatives after the other."""
    return (torch.func.jacfwd(fn)(x.detach().clone()) != 0).any(-1).any(1)


@right("bidirectionality.influence")
def influence_by_many_at_once(fn, x):
    """All features of all outputs in one call, as a batch of gradients."""
    start = x.detach().clone().requires_grad_(True)
    result = fn(start)
    length, size = x.shape
    if result.grad_fn is None and result is not start:
        return torch.zeros((length, length), dtype=torch.bool)
    one_hot = torch.eye(length * size, dtype=x.dtype).view(length * size, length, size)
    (found,) = torch.autograd.grad(result, start, one_hot, is_grads_batched=True, allow_unused=True)
    if found is None:
        found = torch.zeros(length * size, length, size)
    return found.view(length, size, length, size).abs().sum(dim=(1, 3)) != 0


@right("bidirectionality.influence")
def influence_by_backward(fn, x):
    """`backward` on a copy, told to store nothing elsewhere; called anew for every number."""
    length, size = x.shape
    depends = torch.zeros(length, length, dtype=torch.bool)
    for i in range(length):
        for feature in range(size):
            leaf = x.detach().clone().requires_grad_()
            number = fn(leaf)[i, feature]
            if number.requires_grad:
                number.backward(inputs=[leaf])
            if leaf.grad is not None:
                for j in range(length):
                    depends[i, j] = depends[i, j] or bool(leaf.grad[j].count_nonzero())
    return depends


@right("bidirectionality.influence")
def influence_with_everything_put_back(fn, x):
    """Uses x itself and puts back what it had; sizes of derivatives without squares."""
    required, gradient = x.requires_grad, x.grad
    x.requires_grad_(True)
    try:
        outputs = fn(x)
        rows = []
        for row in outputs:
            seen = torch.zeros(len(x), dtype=x.dtype)
            for number in row if outputs.requires_grad else ():
                (found,) = torch.autograd.grad(
                    number, [x], retain_graph=True, allow_unused=True, materialize_grads=True
                )
                seen += found.abs().sum(-1)
            rows.append(seen > 0)
        return torch.stack(rows)
    finally:
        x.requires_grad_(required)
        x.grad = gradient


# --------------------------------------------------------------------------------------------------- visible_targets


@right("bidirectionality.visible_targets")
def targets_by_diagonal(influence):
    return F.pad(torch.diagonal(influence, offset=1), (0, 1))


@right("bidirectionality.visible_targets")
def targets_by_index(influence):
    places = torch.arange(influence.shape[0] - 1)
    return torch.cat([influence[places, places + 1], torch.zeros(1, dtype=torch.bool)])


@right("bidirectionality.visible_targets")
def targets_by_rolling(influence):
    seen = influence.roll(-1, dims=1).diagonal().clone()
    seen[-1] = False
    return seen


@right("bidirectionality.visible_targets")
def targets_by_multiplying(influence):
    """Numbers in between, and a boolean at the end."""
    length = influence.size(0)
    above = torch.diag(torch.ones(length - 1), 1) if length > 1 else torch.zeros(1, 1)
    return (influence.float() * above).sum(dim=1) > 0


@right("bidirectionality.visible_targets")
def targets_in_a_loop(influence):
    length = len(influence)
    return torch.tensor([t + 1 < length and bool(influence[t][t + 1]) for t in range(length)])


def annotated(influence: Tensor) -> Tensor:
    return torch.tensor([*(row[t + 1] for t, row in enumerate(influence.tolist()[:-1])), False])


right("bidirectionality.visible_targets")(functools.partial(annotated))
