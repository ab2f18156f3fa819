"""Right answers to the exercises of lesson 5, as different people write them."""

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
