"""Right answers to the exercises of lesson 3, as different people write them."""

import itertools
import random
from collections import deque

import torch
from torch import nn
from torch.nn import functional as F

from right_answers.register import Register

right = Register()

# ------------------------------------------------------------------------------------------------------ sample_pairs


@right("nsp.sample_pairs")
def pairs_by_places(documents, rng):
    """Documents first, by place, with empty ones left out of the draw alone."""
    usable = [place for place, document in enumerate(documents) if len(document) > 0]
    if len(usable) < 2:
        raise ValueError("need two documents with sentences")
    pairs = []
    for place, document in enumerate(documents):
        for at in range(len(document) - 1):
            if rng.random() >= 0.5:
                pairs.append((document[at], document[at + 1], True))
            else:
                other = rng.choice([each for each in usable if each != place])
                pairs.append((document[at], documents[other][rng.randrange(len(documents[other]))], False))
    return pairs


@right("nsp.sample_pairs")
def pairs_by_sentences(documents, rng):
    """All sentences of the others in one pool for each document; lists for pairs; coins by bits."""
    if len([document for document in documents if document]) <= 1:
        raise ValueError(f"{len(documents)} documents")
    result = []
    for place, document in enumerate(documents):
        pool = list(itertools.chain.from_iterable(documents[:place] + documents[place + 1 :]))
        for first, following in itertools.pairwise(document):
            is_next = bool(rng.getrandbits(1))
            result.append([first, following if is_next else pool[int(rng.random() * len(pool))], is_next])
    return result


@right("nsp.sample_pairs")
def pairs_by_trying(documents, rng):
    """Draws again until another document with a sentence comes; coins by choice; a generator inside."""
    if sum(1 for document in documents if document) < 2:
        raise ValueError("no other document to draw from")

    def made():
        for place, document in enumerate(documents):
            for at, first in enumerate(document[:-1]):
                if rng.choice([True, False]):
                    yield first, document[at + 1], True
                    continue
                while True:
                    other = rng.randint(0, len(documents) - 1)
                    if other != place and documents[other]:
                        break
                yield first, rng.sample(documents[other], 1)[0], False

    return list(made())


@right("nsp.sample_pairs")
def pairs_coins_first(documents, rng):
    """All coins of a document before its seconds; sentences by number, weighted by length; copies of everything."""
    lengths = [len(document) for document in documents]
    if lengths.count(0) + 2 > len(lengths):
        raise ValueError("at least two documents have to have a sentence")
    pairs = []
    for place, document in enumerate(documents):
        coins = [rng.uniform(0, 1) < 0.5 for _ in document[1:]]
        weights = [0 if number == place else length for number, length in enumerate(lengths)]
        for first, following, coin in zip(document, document[1:], coins, strict=False):
            second = following if coin else rng.choice(rng.choices(documents, weights)[0])
            pairs.append((first, second, coin))
    return pairs


@right("nsp.sample_pairs")
def pairs_from_a_generator_of_its_own(documents, rng):
    """A generator seeded by the caller's, a deque, numbers of sentences."""
    source = random.Random(rng.getrandbits(64))
    numbered = [(place, each) for place, document in enumerate(documents) for each in document]
    if len({place for place, _ in numbered}) < 2:
        raise ValueError("one document is not enough")
    pairs = deque()
    for (place, first), (next_place, second) in itertools.pairwise(numbered):
        if place != next_place:
            continue
        if is_next := source.randrange(2) == 0:
            pairs.append((first, second, is_next))
        else:
            other = place
            while other == place:
                other, sentence = source.choice(numbered)
            pairs.append((first, sentence, is_next))
    return list(pairs)


# --------------------------------------------------------------------------------------------------------- pack_pair


@right("nsp.pack_pair")
def pack_by_popping(first, second, cls_id, sep_id, max_length):
    if max_length < 5:
        raise ValueError(f"max_length={max_length} is below 5")
    if len(first) == 0 or len(second) == 0:
        raise ValueError("both sides need a token")
    a, b = first[:], second[:]
    while len(a) + len(b) > max_length - 3:
        if len(a) > len(b):
            del a[-1]
        else:
            del b[-1]
    ids = [cls_id] + a + [sep_id] + b + [sep_id]  # noqa: RUF005
    types = [0 for _ in range(len(a) + 2)] + [1 for _ in range(len(b) + 1)]
    return ids, types


@right("nsp.pack_pair")
def pack_by_lengths(first, second, cls_id, sep_id, max_length):
    """Computes what is left of each side; a list of two lists."""
    if not max_length >= 5:
        raise ValueError("too short: {}".format(max_length))  # noqa: UP032
    if not len(first) * len(second):
        raise ValueError("empty side")
    room = max_length - 3
    half = room // 2
    if len(first) + len(second) <= room:
        left, right = len(first), len(second)
    elif len(second) <= half:
        left, right = room - len(second), len(second)
    elif len(first) <= room - half:
        left, right = len(first), room - len(first)
    else:
        left, right = room - half, half
    ids = [cls_id, *first[:left], sep_id, *second[:right], sep_id]
    return [ids, [int(place >= left + 2) for place in range(len(ids))]]


@right("nsp.pack_pair")
def pack_by_counting(first, second, cls_id, sep_id, max_length):
    """Counts down two numbers; appends one token after the other."""
    if max_length < 5 or min(len(first), len(second)) < 1:
        raise ValueError(f"cannot pack {len(first)} and {len(second)} tokens into {max_length}")
    left, right = len(first), len(second)
    for _ in range(max(0, left + right + 3 - max_length)):
        left, right = (left - 1, right) if left > right else (left, right - 1)
    ids, types = [], []
    for token, kind in itertools.chain(
        [(cls_id, 0)], ((each, 0) for each in first[:left]), [(sep_id, 0)],
        ((each, 1) for each in second[:right]), [(sep_id, 1)],
    ):  # fmt: skip
        ids.append(token)
        types.append(kind)
    return ids, types


@right("nsp.pack_pair")
def pack_with_tensors(first, second, cls_id, sep_id, max_length):
    """By tensors and back."""
    for name, side in (("first", first), ("second", second)):
        if not side:
            raise ValueError(f"{name} is empty")
    if max_length <= 4:
        raise ValueError(f"{max_length} leaves no room")
    sides = [list(first), list(second)]
    while sum(map(len, sides)) + 3 > max_length:
        max(reversed(sides), key=len).pop()
    parts = [torch.tensor([cls_id, *sides[0], sep_id]), torch.tensor([*sides[1], sep_id])]
    types = torch.cat([torch.full_like(part, number) for number, part in enumerate(parts)])
    return torch.cat(parts).tolist(), types.tolist()


# ----------------------------------------------------------------------------------------------------------- NSPHead


@right("nsp.NSPHead")
class HeadOfLayers(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.tanh = nn.Tanh()
        self.classifier = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        return self.classifier(self.tanh(self.dense(hidden.select(1, 0))))


@right("nsp.NSPHead")
class HeadOfASequence(nn.Module):
    """One sequence, whose layers have names too; starting weights of BERT's."""

    def __init__(self, hidden_size):
        super().__init__()
        self.layers = nn.Sequential(nn.Linear(hidden_size, hidden_size), nn.Tanh(), nn.Linear(hidden_size, 2))
        for layer in (self.dense, self.classifier):
            nn.init.normal_(layer.weight, std=0.02)
            nn.init.zeros_(layer.bias)

    @property
    def dense(self):
        return self.layers[0]

    @property
    def classifier(self):
        return self.layers[2]

    def forward(self, hidden):
        rows, _, size = hidden.shape
        return self.layers(hidden[:, 0, :].reshape(rows, size))


@right("nsp.NSPHead")
class HeadByHand(nn.Module):
    """Layers of its own making, exponentials for tanh, products in the place of `F.linear`."""

    class Layer(nn.Module):
        def __init__(self, size, to):
            super().__init__()
            self.weight = nn.Parameter(torch.randn(to, size) / size**0.5)
            self.bias = nn.Parameter(torch.zeros(to))

        def forward(self, x):
            return torch.einsum("bi,oi->bo", x, self.weight) + self.bias

    def __init__(self, hidden_size):
        super().__init__()
        self.dense = HeadByHand.Layer(hidden_size, hidden_size)
        self.classifier = HeadByHand.Layer(hidden_size, 2)
        self.dropout = nn.Dropout(0.0)

    def forward(self, hidden):
        first = hidden.transpose(0, 1)[0]
        return self.classifier(self.dropout(2 * torch.sigmoid(2 * self.dense(first)) - 1))


@right("nsp.NSPHead")
class HeadThatScoresAll(nn.Module):
    """Scores every position and keeps those of the first."""

    def __init__(self, hidden_size):
        super().__init__()
        self.dense, self.classifier = nn.Linear(hidden_size, hidden_size), nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        return self.classifier(self.dense(hidden).tanh())[:, 0]


# ---------------------------------------------------------------------------------------------------------- nsp_loss


@right("nsp.nsp_loss")
def loss_by_class_numbers(logits, is_next):
    return F.cross_entropy(logits, torch.where(is_next, 0, 1))


@right("nsp.nsp_loss")
def loss_by_picking(logits, is_next):
    log_probabilities = logits - torch.logsumexp(logits, dim=1, keepdim=True)
    picked = torch.where(is_next, log_probabilities[:, 0], log_probabilities[:, 1])
    return -picked.sum() / picked.numel()


@right("nsp.nsp_loss")
def loss_by_margins(logits, is_next):
    """Of two classes, the softmax is a sigmoid of the difference."""
    margin = logits[..., 0] - logits[..., 1]
    return F.binary_cross_entropy_with_logits(margin, is_next.to(margin.dtype))


@right("nsp.nsp_loss")
def loss_by_softplus(logits, is_next):
    signs = 1 - 2 * is_next.to(logits.dtype)
    return F.softplus(signs * (logits[:, 0] - logits[:, 1])).mean()


class NSPLoss(nn.Module):
    """A module, one-hot targets."""

    def __init__(self):
        super().__init__()
        self.loss = nn.CrossEntropyLoss()

    def forward(self, logits, is_next):
        return self.loss(logits, torch.stack([is_next, ~is_next], dim=1).to(logits.dtype))


right("nsp.nsp_loss")(NSPLoss())


@right("nsp.nsp_loss", slow=True)
def loss_in_a_loop(logits, is_next):
    losses = [scores.log_softmax(0)[0 if follows else 1].neg() for scores, follows in zip(logits, is_next, strict=True)]
    return torch.stack(losses).mean()
