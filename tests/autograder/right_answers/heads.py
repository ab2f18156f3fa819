"""Right answers to the exercises of lesson 5, as different people write them."""

import itertools
from collections import OrderedDict, defaultdict

import torch
from torch import nn
from torch.nn import functional as F

from right_answers.register import Register

right = Register()

# ---------------------------------------------------------------------------------------- SequenceClassificationHead


@right("heads.SequenceClassificationHead")
class SequenceHeadByFunction(nn.Module):
    """A functional dropout that is told the mode."""

    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.p = dropout
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        first = F.dropout(hidden[:, 0, :], p=self.p, training=self.training)
        return self.classifier(first)


@right("heads.SequenceClassificationHead")
class SequenceHeadThatScoresAll(nn.Module):
    """Drops and scores everywhere, and keeps what comes of position 0; starting weights of BERT's."""

    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.drop = nn.Dropout(p=dropout)
        self.classifier = nn.Linear(hidden_size, num_labels)
        nn.init.normal_(self.classifier.weight, std=0.02)
        nn.init.zeros_(self.classifier.bias)

    def forward(self, hidden):
        return self.classifier(self.drop(hidden)).select(1, 0)


@right("heads.SequenceClassificationHead")
class SequenceHeadByHand(nn.Module):
    """A layer and a dropout of its own making."""

    class Layer(nn.Module):
        def __init__(self, size, to):
            super().__init__()
            self.weight = nn.Parameter(torch.randn(to, size) / size**0.5)
            self.bias = nn.Parameter(torch.zeros(to))

        def forward(self, x):
            return torch.einsum("bi,oi->bo", x, self.weight) + self.bias

    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.dropout = dropout
        self.classifier = SequenceHeadByHand.Layer(hidden_size, num_labels)

    def forward(self, hidden):
        cls = hidden.transpose(0, 1)[0]
        if self.training and self.dropout > 0:
            kept = torch.bernoulli(torch.full_like(cls, 1 - self.dropout))
            cls = cls * kept / (1 - self.dropout)
        return self.classifier(cls)


@right("heads.SequenceClassificationHead")
class SequenceHeadOfASequence(nn.Sequential):
    """A sequence of layers, of which one has a second name."""

    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__(nn.Dropout(dropout), nn.Linear(hidden_size, num_labels))

    @property
    def classifier(self):
        return self[1]

    def forward(self, hidden):
        return super().forward(torch.index_select(hidden, 1, torch.tensor([0])).flatten(1))


@right("heads.SequenceClassificationHead")
class SequenceHeadOfRows(nn.Module):
    """Rows one after the other."""

    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.layers = nn.ModuleDict({"dropout": nn.Dropout(dropout)})
        self.classifier = nn.Linear(in_features=hidden_size, out_features=num_labels, bias=True)

    def forward(self, hidden):
        return torch.stack([self.classifier(self.layers["dropout"](row[0])) for row in hidden])


# ------------------------------------------------------------------------------------------- TokenClassificationHead


@right("heads.TokenClassificationHead")
class TokenHeadByFunction(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.p = dropout
        self.classifier = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        return self.classifier(F.dropout(hidden, self.p, self.training))


@right("heads.TokenClassificationHead")
class TokenHeadOfRows(nn.Module):
    """All positions of the batch as rows, and back."""

    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.drop = nn.Dropout(dropout)
        self.classifier = nn.Linear(hidden_size, num_labels)
        self.num_labels = num_labels

    def forward(self, hidden):
        batch, length, size = hidden.shape
        rows = self.drop(hidden.reshape(batch * length, size))
        return self.classifier(rows).view(batch, length, self.num_labels)


@right("heads.TokenClassificationHead")
class TokenHeadByHand(nn.Module):
    """Parameters of its own in a module of its own; a mask by comparison."""

    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.keep = 1.0 - dropout
        self.classifier = nn.Module()
        self.classifier.weight = nn.Parameter(torch.empty(num_labels, hidden_size))
        self.classifier.bias = nn.Parameter(torch.empty(num_labels))
        nn.init.xavier_uniform_(self.classifier.weight)
        nn.init.zeros_(self.classifier.bias)

    def forward(self, hidden):
        if self.training and self.keep < 1:
            mask = torch.rand_like(hidden) < self.keep
            hidden = torch.where(mask, hidden / max(self.keep, 1e-9), torch.zeros_like(hidden))
        return hidden @ self.classifier.weight.t() + self.classifier.bias


@right("heads.TokenClassificationHead")
class TokenHeadInALoop(nn.Module):
    """Positions one after the other."""

    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.dropout, self.classifier = nn.Dropout(dropout), nn.Linear(hidden_size, num_labels)

    def forward(self, hidden):
        steps = [self.classifier(self.dropout(hidden[:, place])) for place in range(hidden.size(1))]
        return torch.stack(steps, dim=1)


@right("heads.TokenClassificationHead")
class TokenHeadOfASequence(nn.Module):
    def __init__(self, hidden_size, num_labels, dropout=0.1):
        super().__init__()
        self.classifier = nn.Linear(hidden_size, num_labels)
        self.both = nn.Sequential(nn.Dropout(dropout), self.classifier)

    def forward(self, hidden):
        return self.both(hidden)


# ---------------------------------------------------------------------------------------------------------- SpanHead


@right("heads.SpanHead")
class SpanHeadByIndex(nn.Module):
    def __init__(self, hidden_size):
        super().__init__()
        self.outputs = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        logits = self.outputs(hidden)
        return logits[:, :, 0], logits[:, :, 1]


@right("heads.SpanHead")
class SpanHeadBySplit(nn.Module):
    """As the released code has it."""

    def __init__(self, hidden_size):
        super().__init__()
        self.outputs = nn.Linear(hidden_size, 2)
        nn.init.normal_(self.outputs.weight, std=0.02)

    def forward(self, hidden):
        start_logits, end_logits = self.outputs(hidden).split(1, dim=-1)
        return start_logits.squeeze(-1).contiguous(), end_logits.squeeze(-1).contiguous()


@right("heads.SpanHead")
class SpanHeadByPermuting(nn.Module):
    """A list of two."""

    def __init__(self, hidden_size):
        super().__init__()
        self.outputs = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        return list(self.outputs(hidden).permute(2, 0, 1))


@right("heads.SpanHead")
class SpanHeadByHand(nn.Module):
    """Two products with the two rows of one weight; an unused dropout of nothing."""

    class Outputs(nn.Module):
        def __init__(self, size):
            super().__init__()
            self.weight = nn.Parameter(torch.randn(2, size))
            self.bias = nn.Parameter(torch.zeros(2))

    def __init__(self, hidden_size):
        super().__init__()
        self.outputs = SpanHeadByHand.Outputs(hidden_size)
        self.dropout = nn.Dropout(0.0)

    def forward(self, hidden):
        (first, second), (one, other) = self.outputs.weight, self.outputs.bias
        hidden = self.dropout(hidden)
        return hidden @ first + one, (hidden * second).sum(dim=-1) + other


@right("heads.SpanHead")
class SpanHeadOfRows(nn.Module):
    """Chunks, and one row after the other."""

    def __init__(self, hidden_size):
        super().__init__()
        self.outputs = nn.Linear(hidden_size, 2)

    def forward(self, hidden):
        pairs = [self.outputs(row).chunk(2, dim=1) for row in hidden]
        return torch.stack([start[:, 0] for start, _ in pairs]), torch.stack([end[:, 0] for _, end in pairs])


# ----------------------------------------------------------------------------------------------------- HEAD_FOR_TASK

right("heads.HEAD_FOR_TASK")(
    {
        **dict.fromkeys(
            ["paraphrase detection", "entailment", "sentiment", "intent", "document classification"], "cls"
        ),
        "part-of-speech tagging": "token",
        "named-entity recognition": "token",
        "question answering": "span",
    }
)

right("heads.HEAD_FOR_TASK")(
    OrderedDict(
        (task, head)
        for head, tasks in {
            "span": ["question answering"],
            "token": ["named-entity recognition", "part-of-speech tagging"],
            "cls": ["sentiment", "intent", "document classification", "entailment", "paraphrase detection"],
        }.items()
        for task in tasks
    )
)

by_default = defaultdict(lambda: "cls", {"question answering": "span"})
for tagging in ("named-entity recognition", "part-of-speech tagging"):
    by_default[tagging] = "token"
for whole in ("sentiment", "intent", "document classification", "entailment", "paraphrase detection"):
    by_default[whole]
right("heads.HEAD_FOR_TASK")(by_default)

# ------------------------------------------------------------------------------------------------------ align_labels


@right("heads.align_labels")
def labels_by_words_seen(word_labels, word_ids):
    seen = set()
    labels = []
    for index in word_ids:
        if index is None or index in seen:
            labels.append(-100)
            continue
        if index < 0 or index >= len(word_labels):
            raise ValueError(f"no label for word {index}")
        seen.add(index)
        labels.append(word_labels[index])
    return labels


@right("heads.align_labels")
def labels_by_neighbours(word_labels, word_ids):
    """Checks first; each token beside the one before it."""
    for word in word_ids:
        if word is not None and not 0 <= word <= len(word_labels) - 1:
            raise ValueError("word %d of %d" % (word, len(word_labels)))  # noqa: UP031
    before = [None, *word_ids][: len(word_ids)]
    return [-100 if word in (None, last) else word_labels[word] for word, last in zip(word_ids, before, strict=True)]


@right("heads.align_labels")
def labels_by_groups(word_labels, word_ids):
    """Runs of one word."""
    labels = []
    for word, tokens in itertools.groupby(word_ids):
        size = len(list(tokens))
        if word is not None and word not in range(len(word_labels)):
            raise ValueError(f"word {word} has no label")
        labels += [-100] * size if word is None else [word_labels[word]] + [-100] * (size - 1)
    return labels


@right("heads.align_labels")
def labels_written_over(word_labels, word_ids):
    """All -100 at first; words are looked up by their first place."""
    labels = [-100 for _ in word_ids]
    for word in {each for each in word_ids if each is not None}:
        if not (word >= 0 and word < len(word_labels)):
            raise ValueError(str(word))
        labels[list(word_ids).index(word)] = word_labels[word]
    return labels


@right("heads.align_labels")
def labels_from_a_dict(word_labels, word_ids):
    """A dict of what is left to give away."""
    known = dict(enumerate(word_labels))
    given = set()

    def label(word):
        if word is None:
            return -100
        if word not in known:
            raise ValueError(f"there is no label for word {word!r}")
        first = word not in given
        given.add(word)
        return known[word] if first else -100

    return [label(word) for word in word_ids]


# --------------------------------------------------------------------------------------------------------- span_loss


@right("heads.span_loss")
def span_loss_by_mean(start_logits, end_logits, start, end):
    losses = [F.cross_entropy(start_logits, start), F.cross_entropy(end_logits, end)]
    return torch.stack(losses).mean()


@right("heads.span_loss")
def span_loss_of_all_rows(start_logits, end_logits, start, end):
    """Twice as many rows, one loss."""
    return F.cross_entropy(torch.cat([start_logits, end_logits]), torch.cat([start, end]))


@right("heads.span_loss")
def span_loss_by_picking(start_logits, end_logits, start, end):
    rows = torch.arange(start_logits.size(0))
    log_starts, log_ends = start_logits.log_softmax(-1), end_logits.log_softmax(-1)
    return -(log_starts[rows, start] + log_ends[rows, end]).mean() / 2


@right("heads.span_loss")
def span_loss_by_logsumexp(start_logits, end_logits, start, end):
    def loss(logits, place):
        return (torch.logsumexp(logits, dim=1) - logits.gather(1, place.unsqueeze(1)).squeeze(1)).mean()

    return 0.5 * loss(start_logits, start) + 0.5 * loss(end_logits, end)


class SpanLoss(nn.Module):
    """A module, with positions clamped as the released code has it."""

    def forward(self, start_logits, end_logits, start, end):
        ignored = start_logits.size(1)
        loss = nn.CrossEntropyLoss(ignore_index=ignored)
        return (loss(start_logits, start.clamp(0, ignored)) + loss(end_logits, end.clamp(0, ignored))) / 2


right("heads.span_loss")(SpanLoss())


@right("heads.span_loss", slow=True)
def span_loss_in_a_loop(start_logits, end_logits, start, end):
    total = 0
    for row in range(len(start)):
        total = total - F.log_softmax(start_logits[row], dim=0)[start[row]]
        total = total - F.log_softmax(end_logits[row], dim=0)[end[row]]
    return total / (2 * len(start))


# --------------------------------------------------------------------------------------------------------- best_span


@right("heads.best_span")
def span_by_table(start_logits, end_logits, allowed, max_length):
    """A table with minus infinity where no pair is."""
    length = len(allowed)
    rows, columns = torch.arange(length)[:, None], torch.arange(length)[None, :]
    legal = (rows <= columns) & (columns < rows + max_length) & allowed[:, None] & allowed[None, :]
    if legal.sum() == 0:
        raise ValueError("no legal span")
    sums = start_logits[:, None] + end_logits[None, :]
    best = torch.where(legal, sums, torch.full_like(sums, float("-inf"))).flatten().argmax().item()
    return divmod(best, length)


@right("heads.best_span")
def span_by_two_loops(start_logits, end_logits, allowed, max_length):
    """Over lists, with no best yet."""
    starts, ends, fine = start_logits.tolist(), end_logits.tolist(), allowed.tolist()
    best, score = None, None
    for first in range(len(fine)):
        for last in range(first, min(first + max_length, len(fine))):
            if fine[first] and fine[last] and (score is None or starts[first] + ends[last] > score):
                best, score = (first, last), starts[first] + ends[last]
    if best is None:
        raise ValueError("nothing is left to choose from")
    return best


@right("heads.best_span")
def span_above_minus_infinity(start_logits, end_logits, allowed, max_length):
    """Two loops that begin below every sum of finite logits."""
    best, score = (), float("-inf")
    for first in range(len(allowed)):
        for last in range(first, min(first + max_length, len(allowed))):
            total = float(start_logits[first]) + float(end_logits[last])
            if allowed[first] and allowed[last] and total > score:
                best, score = (first, last), total
    if not best:
        raise ValueError("every sum is minus infinity, or there is none")
    return best


@right("heads.best_span")
def span_by_rows(start_logits, end_logits, allowed, max_length):
    """The best end for each start."""
    if max_length < 1 or not bool(allowed.any()):
        raise ValueError(f"{int(allowed.sum())} positions, length {max_length}")
    hidden = end_logits.masked_fill(~allowed, -torch.inf)
    found = []
    for first in allowed.nonzero().flatten().tolist():
        window = hidden[first : first + max_length]
        found.append((float(start_logits[first].double() + window.max().double()), first, first + int(window.argmax())))
    _, start, end = max(found)
    return start, end


@right("heads.best_span")
def span_by_sorting(start_logits, end_logits, allowed, max_length):
    """All legal pairs, sorted."""
    places = [place for place, fine in enumerate(allowed) if fine]
    starts, ends = start_logits.numpy(), end_logits.numpy()
    pairs = [(one, other) for one in places for other in places if 0 <= other - one < max_length]
    if not pairs:
        raise ValueError(f"no pair with max_length={max_length}")
    return sorted(pairs, key=lambda pair: starts[pair[0]] + ends[pair[1]])[-1]


@right("heads.best_span")
def span_by_length(start_logits, end_logits, allowed, max_length):
    """Diagonal after diagonal."""
    best = []
    for size in range(min(max_length, len(allowed))):
        stop = len(allowed) - size
        sums = start_logits[:stop] + end_logits[size:]
        both = allowed[:stop] & allowed[size:]
        if both.any():
            highest, place = sums.masked_fill(~both, -torch.inf).max(dim=0)
            best.append((highest.item(), int(place), int(place) + size))
    if len(best) == 0:
        raise ValueError("no span")
    return max(best)[1:]
