"""Right answers to the exercises of lesson 4, as different people write them."""

from collections import defaultdict
from fractions import Fraction
from itertools import zip_longest

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F
from torch.nn.utils.rnn import pad_sequence

from right_answers.register import Register

right = Register()

# --------------------------------------------------------------------------------------------------------- pad_batch


@right("pretraining.pad_batch")
def pad_by_lists(sequences, pad_id):
    """Lists of one length first; the length of an empty list of sequences raises by itself."""
    longest = max(len(each) for each in sequences)
    ids = [list(each) + [pad_id] * (longest - len(each)) for each in sequences]
    mask = [[True] * len(each) + [False] * (longest - len(each)) for each in sequences]
    return torch.tensor(ids, dtype=torch.long), torch.tensor(mask, dtype=torch.bool)


@right("pretraining.pad_batch")
def pad_by_pad_sequence(sequences, pad_id):
    if len(sequences) == 0:
        raise ValueError("cannot pad zero sequences")
    rows = [torch.as_tensor(each, dtype=torch.int64) for each in sequences]
    ones = [torch.ones(len(each), dtype=torch.bool) for each in sequences]
    return pad_sequence(rows, batch_first=True, padding_value=pad_id), pad_sequence(ones, batch_first=True)


@right("pretraining.pad_batch")
def pad_by_numpy(sequences, pad_id):
    """Arrays, a list of two results, tensors that share memory with arrays."""
    if not len(sequences):
        raise ValueError("[]")
    lengths = np.array([len(each) for each in sequences])
    ids = np.full((len(sequences), lengths.max()), pad_id)
    mask = np.arange(ids.shape[1])[None] < lengths[:, None]
    ids[mask] = [token for each in sequences for token in each]
    return [torch.from_numpy(ids).long(), torch.from_numpy(mask)]


@right("pretraining.pad_batch")
def pad_by_functional(sequences, pad_id):
    """`F.pad` row by row."""
    if sequences == []:
        raise ValueError(f"sequences is {sequences}")
    longest = 0
    for each in sequences:
        longest = max(longest, len(each))
    ids, mask = [], []
    for each in sequences:
        row = torch.tensor(each, dtype=torch.long)
        ids.append(F.pad(row, (0, longest - len(each)), value=pad_id))
        mask.append(F.pad(torch.ones_like(row), (0, longest - len(each))).bool())
    return torch.stack(ids), torch.stack(mask)


@right("pretraining.pad_batch")
def pad_by_places(sequences, pad_id):
    """Places first, with a mark of its own for what is missing; neither is contiguous."""
    if not sequences:
        raise ValueError("no rows")
    places = list(zip_longest(*sequences))
    ids = torch.tensor([[pad_id if each is None else each for each in place] for place in places], dtype=torch.long)
    mask = torch.tensor([[each is not None for each in place] for place in places], dtype=torch.bool)
    return ids.reshape(-1, len(sequences)).t(), mask.reshape(-1, len(sequences)).t()


@right("pretraining.pad_batch", slow=True)
def pad_place_by_place(sequences, pad_id):
    if not sequences:
        raise ValueError("nothing to pad")
    width = len(sorted(sequences, key=len)[-1])
    ids = torch.zeros(len(sequences), width).long()
    mask = torch.zeros(len(sequences), width) == 1
    for row in range(len(sequences)):
        for column in range(width):
            is_real = column < len(sequences[row])
            ids[row][column] = sequences[row][column] if is_real else pad_id
            mask[row][column] = is_real
    return ids, mask


# ----------------------------------------------------------------------------------------------------- warmup_linear


def check(step, warmup_steps, total_steps):
    if min(step, warmup_steps, total_steps) < 0 or warmup_steps > total_steps:
        raise ValueError(f"no schedule: step {step}, warm-up {warmup_steps}, in all {total_steps}")


@right("pretraining.warmup_linear")
def schedule_by_cases(step, warmup_steps, total_steps):
    for name, value in locals().copy().items():
        if value < 0:
            raise ValueError(f"{name} must not be negative, got {value}")
    if warmup_steps > total_steps:
        raise ValueError("the warm-up must not be longer than the training")
    if step >= total_steps:
        return 0
    if step < warmup_steps:
        return step / warmup_steps
    return 1 - (step - warmup_steps) / (total_steps - warmup_steps)


@right("pretraining.warmup_linear")
def schedule_by_the_lower_of_two_lines(step, warmup_steps, total_steps):
    check(step, warmup_steps, total_steps)
    rising = step / warmup_steps if warmup_steps else 1.0
    return max(0, min(rising, (total_steps - step) / max(total_steps - warmup_steps, 1)))


@right("pretraining.warmup_linear")
def schedule_by_fractions(step, warmup_steps, total_steps):
    check(step, warmup_steps, total_steps)
    if step < warmup_steps:
        return float(Fraction(step, warmup_steps))
    return float(Fraction(max(total_steps - step, 0), max(total_steps - warmup_steps, 1)))


@right("pretraining.warmup_linear")
def schedule_by_interpolation(step, warmup_steps, total_steps):
    """A number of NumPy, which is a float too."""
    check(step, warmup_steps, total_steps)
    if step >= total_steps:
        return np.float64(0)
    places = [0, warmup_steps, total_steps] if warmup_steps else [0, total_steps]
    return np.interp(step, places, [0, 1, 0] if warmup_steps else [1, 0])


@right("pretraining.warmup_linear")
def schedule_in_32_bits(step, warmup_steps, total_steps):
    check(step, warmup_steps, total_steps)
    if step >= total_steps:
        return 0.0
    up, down = torch.tensor([warmup_steps, total_steps - warmup_steps])
    value = step / up if step < warmup_steps else (total_steps - step) / down
    return value.item()


# -------------------------------------------------------------------------------------------------- parameter_groups


def named_like_a_bias(name):
    return name == "bias" or name.endswith("_bias") or name[:5] == "bias_"


@right("pretraining.parameter_groups")
def groups_by_modules(model, weight_decay):
    """Module by module, with what has been met; three groups, with names of their own and an order."""
    seen, norms, biases, others = set(), [], [], []
    for module in model.modules():
        for parameter in module.parameters(recurse=False):
            if not parameter.requires_grad or parameter in seen:
                continue
            if isinstance(module, nn.LayerNorm):
                seen.add(parameter)
                norms.append(parameter)
    for module in model.modules():
        for name, parameter in module._parameters.items():
            if parameter is None or not parameter.requires_grad or parameter in seen:
                continue
            seen.add(parameter)
            (biases if named_like_a_bias(name) else others).append(parameter)
    return [
        {"params": others, "weight_decay": weight_decay, "name": "others"},
        {"params": norms, "weight_decay": 0, "name": "norms"},
        {"params": biases, "weight_decay": 0, "name": "biases", "lr": 1e-3},
    ]


@right("pretraining.parameter_groups")
def a_group_for_each(model, weight_decay):
    """One group a parameter; the parameter itself in the place of a list."""
    norms = {p for m in model.modules() if isinstance(m, nn.LayerNorm) for p in m.parameters()}
    return [
        {"params": p, "weight_decay": 0.0 if p in norms or named_like_a_bias(n.split(".")[-1]) else weight_decay}
        for n, p in model.named_parameters()
        if p.requires_grad
    ]


@right("pretraining.parameter_groups")
def groups_without_empty_ones(model, weight_decay):
    """By decay, none of them empty; tuples; a tuple of groups."""
    ids = [id(p) for m in model.modules() if isinstance(m, nn.LayerNorm) for p in (m.weight, m.bias) if p is not None]
    by_decay = defaultdict(tuple)
    for name, parameter in model.named_parameters():
        own = name[name.rfind(".") + 1 :]
        spared = id(parameter) in ids or named_like_a_bias(own)
        if parameter.requires_grad:
            by_decay[0.0 if spared else float(weight_decay)] += (parameter,)
    return tuple({"weight_decay": decay, "params": params} for decay, params in by_decay.items())


@right("pretraining.parameter_groups")
def groups_of_generators(model, weight_decay):
    """Generators of parameters."""

    def is_spared(name, parameter):
        for module in model.modules():
            if isinstance(module, nn.LayerNorm) and any(parameter is each for each in module._parameters.values()):
                return True
        return named_like_a_bias(name.rsplit(".", 1)[-1])

    trained = {n: p for n, p in model.named_parameters() if p.requires_grad}
    return [
        {"params": (p for n, p in trained.items() if not is_spared(n, p)), "weight_decay": weight_decay},
        {"params": (p for n, p in trained.items() if is_spared(n, p)), "weight_decay": np.float64(0)},
    ]


# -------------------------------------------------------------------------------------------------- pretraining_loss


@right("pretraining.pretraining_loss")
def loss_by_sums(mlm_logits, mlm_labels, nsp_logits, is_next):
    total = F.cross_entropy(mlm_logits.flatten(0, -2), mlm_labels.flatten(), reduction="sum")
    number = (mlm_labels != -100).sum()
    return total / max(int(number), 1) + F.cross_entropy(nsp_logits, 1 - is_next.long())


@right("pretraining.pretraining_loss")
def loss_by_picking(mlm_logits, mlm_labels, nsp_logits, is_next):
    """Only positions with a label; log-softmax by hand; a zero that hangs on the scores."""
    there = mlm_labels != -100
    picked = mlm_logits[there].log_softmax(-1)[torch.arange(int(there.sum())), mlm_labels[there]]
    mlm = -picked.mean() if len(picked) else 0.0 * mlm_logits.sum()
    pairs = torch.where(is_next, nsp_logits[:, 1] - nsp_logits[:, 0], nsp_logits[:, 0] - nsp_logits[:, 1])
    return mlm + F.softplus(pairs).mean()


@right("pretraining.pretraining_loss")
def loss_by_classes_second(mlm_logits, mlm_labels, nsp_logits, is_next):
    """Tokens in the second dimension, a weighted mean, a logarithm of a sum of exponentials."""
    each = F.cross_entropy(mlm_logits.transpose(1, 2), mlm_labels, reduction="none")
    weights = (mlm_labels != -100).to(each.dtype)
    right_class = (~is_next).to(torch.int64)
    nsp = nsp_logits.logsumexp(1) - nsp_logits.gather(1, right_class.unsqueeze(1)).squeeze(1)
    return (each * weights).sum() / weights.sum().clamp(min=1) + nsp.sum() / len(nsp)


@right("pretraining.pretraining_loss")
def loss_without_nan(mlm_logits, mlm_labels, nsp_logits, is_next):
    vocabulary = mlm_logits.size(-1)
    mlm = F.cross_entropy(mlm_logits.reshape(-1, vocabulary), mlm_labels.reshape(-1), ignore_index=-100)
    nsp = F.cross_entropy(nsp_logits, torch.logical_not(is_next).long())
    return torch.nan_to_num(mlm).add(nsp)


@right("pretraining.pretraining_loss", slow=True)
def loss_one_by_one(mlm_logits, mlm_labels, nsp_logits, is_next):
    total, number = mlm_logits.new_zeros(()) + 0 * mlm_logits.sum(), 0
    for row, labels in zip(mlm_logits, mlm_labels, strict=True):
        for scores, label in zip(row, labels, strict=True):
            if label != -100:
                total, number = total + torch.logsumexp(scores, 0) - scores[label], number + 1
    pairs = 0
    for scores, follows in zip(nsp_logits, is_next, strict=True):
        pairs = pairs + torch.logsumexp(scores, 0) - (scores[0] if follows else scores[1])
    return total / (number or 1) + pairs / len(is_next)


# --------------------------------------------------------------------------------------------------- masked_accuracy


@right("pretraining.masked_accuracy")
def accuracy_by_mask(logits, labels):
    labelled = labels.ne(-100)
    hits = logits.max(dim=-1).indices[labelled] == labels[labelled]
    return hits.sum().item(), labelled.sum().item()


@right("pretraining.masked_accuracy")
def accuracy_without_mask(logits, labels):
    """No prediction is -100, so nothing has to be left out of the hits; a list of two."""
    return [int(torch.eq(torch.argmax(logits, -1), labels).sum()), int(torch.count_nonzero(labels + 100))]


@right("pretraining.masked_accuracy")
def accuracy_in_one_row(logits, labels):
    scores, targets = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    kept = targets >= 0
    scores, targets = scores[kept], targets[kept]
    return sum(scores.argmax(1).eq(targets).tolist()), len(targets)


@right("pretraining.masked_accuracy")
def accuracy_by_numpy(logits, labels):
    predicted, target = logits.detach().numpy().argmax(-1), labels.numpy()
    return int(((predicted == target) & (target != -100)).sum()), int((target != -100).sum())


@right("pretraining.masked_accuracy")
def accuracy_by_best_score(logits, labels):
    """Whether the label's score is the highest, without looking for its place."""
    labelled = labels != -100
    own = logits.gather(-1, labels.clamp(min=0)[..., None])[..., 0]
    return int((labelled & (own >= logits.amax(-1))).sum()), int(labelled.sum())


@right("pretraining.masked_accuracy", slow=True)
def accuracy_one_by_one(logits, labels):
    correct = total = 0
    for scores, label in zip(logits.reshape(-1, logits.shape[-1]).tolist(), labels.flatten().tolist(), strict=True):
        if label == -100:
            continue
        total += 1
        if scores.index(max(scores)) == label:
            correct += 1
    return correct, total
