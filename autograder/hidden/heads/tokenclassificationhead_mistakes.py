"""Known mistakes of `heads.TokenClassificationHead`."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.hidden.heads.dropouts import TEXTS, add_dropout_mistakes
from autograder.hidden.heads.layers import add_layer_mistakes
from autograder.judging.parts import Mistakes

mistake = Mistakes()


class Variant(nn.Module):
    """A head with replaceable pieces, from which the wrong ones are made."""

    def __init__(self, hidden_size: int, num_labels: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.share = dropout
        self.dropout = nn.Dropout(dropout)
        self.classifier = nn.Linear(hidden_size, num_labels)

    def read(self, hidden: Tensor) -> Tensor:
        return hidden

    def dropped(self, vectors: Tensor) -> Tensor:
        thinned: Tensor = self.dropout(vectors)
        return thinned

    def forward(self, hidden: Tensor) -> Tensor:
        logits: Tensor = self.classifier(self.dropped(self.read(hidden)))
        return logits


# ----------------------------------------------------------------------------------------------- what the head looks at


@mistake(
    "Position 0 alone got logits, as for a label of the whole input. Every token has a label here.",
    "Every index into `hidden`.",
)
class FirstPositionAlone(Variant):
    def read(self, hidden: Tensor) -> Tensor:
        return hidden[:, 0]


@mistake(
    "The vectors of all positions were averaged. Every token has a label of its own.",
    "Every `mean` on the way.",
)
class MeanOfPositions(Variant):
    def read(self, hidden: Tensor) -> Tensor:
        return hidden.mean(dim=1)


@mistake(
    "The last position alone got logits. Every token has a label here.",
    "Every index into `hidden`.",
)
class LastPositionAlone(Variant):
    def read(self, hidden: Tensor) -> Tensor:
        return hidden[:, -1]


@mistake(
    "The largest value over all positions was taken. Every token has a label of its own.",
    "Every `max` on the way.",
)
class MaxOfPositions(Variant):
    def read(self, hidden: Tensor) -> Tensor:
        return hidden.max(dim=1).values


@mistake(
    "[CLS] was left out, so that the logits stand one place too far to the left of the labels.",
    "The slice of the positions: labels have an entry for special tokens too, -100.",
)
class WithoutFirst(Variant):
    def read(self, hidden: Tensor) -> Tensor:
        return hidden[:, 1:]


@mistake(
    "[CLS] and [SEP] were cut off. Labels have an entry for them too, -100.",
    "The slice of the positions.",
)
class WithoutEnds(Variant):
    def read(self, hidden: Tensor) -> Tensor:
        return hidden[:, 1:-1]


@mistake(
    "Every position got the logits of [CLS].",
    "What of `hidden` goes into the classifier, and every `expand`.",
)
class FirstPositionRepeated(Variant):
    def read(self, hidden: Tensor) -> Tensor:
        return hidden[:, :1].expand_as(hidden)


@mistake(
    "The vector of [CLS] was added to that of every token. The encoder has mixed them already.",
    "Every `+` in `forward`.",
)
class FirstPositionAdded(Variant):
    def read(self, hidden: Tensor) -> Tensor:
        return hidden + hidden[:, :1]


@mistake(
    "The mean over the positions was taken off each vector. Every token is read by itself.",
    "Every `mean` on the way.",
)
class Centred(Variant):
    def read(self, hidden: Tensor) -> Tensor:
        return hidden - hidden.mean(dim=1, keepdim=True)


@mistake(
    "Only the first row came back.",
    "Every index into `hidden`: rows are dimension 0.",
)
class FirstRow(Variant):
    def read(self, hidden: Tensor) -> Tensor:
        return hidden[0]


@mistake(
    "Rows and positions became one dimension, and nobody can tell which token is in which row.",
    "`view` and `reshape`: a linear layer takes any number of dimensions in front.",
)
class RowsAndPositionsJoined(Variant):
    def read(self, hidden: Tensor) -> Tensor:
        return hidden.reshape(-1, hidden.shape[-1])


@mistake(
    "Rows and positions changed places.",
    "Every `transpose` and `permute`: what turns it back?",
)
class RowsAndPositionsSwapped(Variant):
    def read(self, hidden: Tensor) -> Tensor:
        return hidden.transpose(0, 1)


@mistake(
    "Positions and labels changed places, as if a loss were to be called next.",
    "The last line: the docstring says in which order the dimensions come.",
)
class LabelsBeforePositions(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return super().forward(hidden).transpose(1, 2)


# ----------------------------------------------------------------------------------------------------------- the layers


@mistake(
    "A tanh stands in front of the classifier, as in the NSP head. Here the vectors go in as they are.",
    "The order: dropout, classifier, and nothing else.",
)
class Tanh(Variant):
    def read(self, hidden: Tensor) -> Tensor:
        return torch.tanh(hidden)


@mistake(
    "A ReLU stands in front of the classifier. Here the vectors go in as they are.",
    "The order: dropout, classifier, and nothing else.",
)
class Relu(Variant):
    def read(self, hidden: Tensor) -> Tensor:
        return F.relu(hidden)


@mistake(
    "A GELU stands in front of the classifier. Here the vectors go in as they are.",
    "The order: dropout, classifier, and nothing else.",
)
class Gelu(Variant):
    def read(self, hidden: Tensor) -> Tensor:
        return F.gelu(hidden)


@mistake(
    "The logits went through tanh, so that they cannot leave -1 to 1.",
    "The order: dropout, classifier, and nothing after it.",
)
class ActivationLast(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return torch.tanh(super().forward(hidden))


@mistake(
    "A layer norm stands in front of the classifier. The encoder has ended with one already.",
    "The order: dropout, classifier, and nothing else.",
)
class Normalised(Variant):
    def read(self, hidden: Tensor) -> Tensor:
        return F.layer_norm(hidden, hidden.shape[-1:])


@mistake(
    "The logits went through softmax already. The loss will do that itself, and twice is wrong.",
    "What the last line returns: logits are raw scores.",
)
class ReturnsProbabilities(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return super().forward(hidden).softmax(dim=-1)


@mistake(
    "The logits went through a sigmoid, one label at a time. Raw scores are asked for.",
    "What the last line returns: logits are raw scores.",
)
class ReturnsSigmoid(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return super().forward(hidden).sigmoid()


@mistake(
    "The number of the best label came back. The loss needs the scores of all labels.",
    "What the last line returns: logits are raw scores.",
)
class ReturnsBest(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return super().forward(hidden).argmax(dim=-1)


@mistake(
    "The logits went through softmax over the positions. Raw scores are asked for.",
    "What the last line returns, and the dimension in it.",
)
class SoftmaxOverPositions(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return super().forward(hidden).softmax(dim=1)


@mistake(
    "Dimensions of size 1 were dropped. A batch of one is a batch, and one label is a dimension.",
    "`squeeze`: what does it do where there is one row, or one label?",
)
class Squeezed(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return super().forward(hidden).squeeze()


@mistake(
    "The first dimension is dropped where it is 1. A batch of one row is a batch.",
    "`squeeze(0)`, and an index that takes the first dimension away.",
)
class RowSqueezed(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return super().forward(hidden).squeeze(0)


@mistake(
    "The last dimension is dropped where there is one label. One label is a dimension too.",
    "`squeeze(-1)`, and an index that takes the last dimension away.",
)
class LabelSqueezed(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return super().forward(hidden).squeeze(-1)


@mistake("The bias of `classifier` is there and not used.", "What is added after the product.")
class BiasUnused(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.dropout(hidden) @ self.classifier.weight.T


@mistake(
    "The vectors are cut off from the encoder, which learns nothing from the labels then.",
    "`detach`, `data` and `no_grad` in front of the classifier.",
)
class VectorsDetached(Variant):
    def read(self, hidden: Tensor) -> Tensor:
        return hidden.detach()


@mistake(
    "The encoder's vectors are written into. They belong to the caller, who needs them for other heads.",
    "Methods ending in `_`, `inplace=True`, and assignments to `hidden[...]`.",
)
class WritesIntoHidden(Variant):
    def read(self, hidden: Tensor) -> Tensor:
        hidden.detach()[:, 0] = 0
        return hidden


@mistake(
    "The dropout works in place: in training it writes into the encoder's vectors, which belong to the caller.",
    "`inplace=True`.",
)
class DropsInPlace(Variant):
    def dropped(self, vectors: Tensor) -> Tensor:
        return F.dropout(vectors, self.share, self.training, inplace=True)


@mistake("`classifier` has no bias.", "`bias=False`: it has one.")
class WithoutBias(Variant):
    def __init__(self, hidden_size: int, num_labels: int, dropout: float = 0.1) -> None:
        super().__init__(hidden_size, num_labels, dropout)
        self.classifier = nn.Linear(hidden_size, num_labels, bias=False)


@mistake(
    "The number of labels is written into the head; whatever `num_labels` says has no effect.",
    "Every number in `__init__`: which of them is an argument?",
)
class LabelsWrittenIn(Variant):
    def __init__(self, hidden_size: int, num_labels: int, dropout: float = 0.1) -> None:
        super().__init__(hidden_size, 2, dropout)


@mistake(
    "The size of the vectors is written into the head; whatever `hidden_size` says has no effect.",
    "Every number in `__init__`: which of them is an argument?",
)
class SizeWrittenIn(Variant):
    def __init__(self, hidden_size: int, num_labels: int, dropout: float = 0.1) -> None:
        super().__init__(768, num_labels, dropout)


@mistake(
    "The head has a dense layer with tanh of its own, as BERT's pooler. This one has `classifier` alone.",
    "Every layer that `__init__` makes.",
)
class WithPooler(Variant):
    def __init__(self, hidden_size: int, num_labels: int, dropout: float = 0.1) -> None:
        super().__init__(hidden_size, num_labels, dropout)
        self.dense = nn.Linear(hidden_size, hidden_size)

    def read(self, hidden: Tensor) -> Tensor:
        return torch.tanh(self.dense(hidden))


@mistake(
    "The layer has another name than the docstring gives, so its weights cannot be set and compared.",
    "What stands behind `self.`: `classifier` is asked for.",
)
class OtherName(nn.Module):
    def __init__(self, hidden_size: int, num_labels: int, dropout: float = 0.1) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(hidden_size, num_labels)

    def forward(self, hidden: Tensor) -> Tensor:
        logits: Tensor = self.linear(self.dropout(hidden))
        return logits


# ---------------------------------------------------------------------------------------------------------- the dropout


@mistake(*TEXTS["never-drops"])
class NeverDrops(Variant):
    def dropped(self, vectors: Tensor) -> Tensor:
        return vectors


@mistake(*TEXTS["drops-in-evaluation"])
class DropsInEvaluation(Variant):
    def dropped(self, vectors: Tensor) -> Tensor:
        return F.dropout(vectors, self.share)


@mistake(*TEXTS["logits-dropped"])
class LogitsDropped(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        logits: Tensor = self.dropout(self.classifier(hidden))
        return logits


@mistake(*TEXTS["whole-vectors-dropped"])
class WholeVectorsDropped(Variant):
    def dropped(self, vectors: Tensor) -> Tensor:
        return vectors * F.dropout(torch.ones_like(vectors[..., :1]), self.share, self.training)


@mistake(*TEXTS["one-mask-for-all-rows"])
class OneMaskForAllRows(Variant):
    def dropped(self, vectors: Tensor) -> Tensor:
        return vectors * F.dropout(torch.ones_like(vectors[:1]), self.share, self.training)


@mistake(*TEXTS["one-mask-for-all-positions"])
class OneMaskForAllPositions(Variant):
    def dropped(self, vectors: Tensor) -> Tensor:
        return vectors * F.dropout(torch.ones_like(vectors[:, :1]), self.share, self.training)


@mistake(*TEXTS["unscaled"])
class Unscaled(Variant):
    def dropped(self, vectors: Tensor) -> Tensor:
        return vectors * (torch.rand_like(vectors) >= self.share) if self.training else vectors


@mistake(
    "The vectors are scaled in evaluation. Dropout as torch has it scales in training, and does nothing in evaluation.",
    "Where the numbers that are left make up for those that were dropped.",
)
class ScaledInEvaluation(Variant):
    def dropped(self, vectors: Tensor) -> Tensor:
        if self.training:
            return vectors * (torch.rand_like(vectors) >= self.share)
        return vectors * (1 - self.share)


@mistake(*TEXTS["keeps-for-drops"])
class KeepsForDrops(Variant):
    def dropped(self, vectors: Tensor) -> Tensor:
        return F.dropout(vectors, 1 - self.share, self.training)


@mistake(*TEXTS["dropped-twice"])
class DroppedTwice(Variant):
    def read(self, hidden: Tensor) -> Tensor:
        thinned: Tensor = self.dropout(hidden)
        return thinned


@mistake(*TEXTS["zero-taken-for-none"])
class ZeroTakenForNone(Variant):
    def __init__(self, hidden_size: int, num_labels: int, dropout: float = 0.1) -> None:
        super().__init__(hidden_size, num_labels, dropout or 0.1)


@mistake(*TEXTS["another-noise"])
class AnotherNoise(Variant):
    def dropped(self, vectors: Tensor) -> Tensor:
        return F.alpha_dropout(vectors, self.share, self.training)


@mistake(
    "The dropout is built without a number and takes torch's own default, one half.",
    "What stands between the brackets of the dropout.",
)
class TorchsDefault(Variant):
    def dropped(self, vectors: Tensor) -> Tensor:
        return F.dropout(vectors, training=self.training)


@mistake(
    "The dropout is built with 0.1, whatever the head is given.",
    "The number that the dropout is built with: which argument should stand there?",
)
class ShareWrittenIn(Variant):
    def dropped(self, vectors: Tensor) -> Tensor:
        return F.dropout(vectors, 0.1, self.training)


@mistake("`dropout` has no default, so that a head cannot be built without it.", "The line of `def __init__`.")
class NoDefault(Variant):
    def __init__(self, hidden_size: int, num_labels: int, dropout: float) -> None:
        super().__init__(hidden_size, num_labels, dropout)


@mistake("Where the call has no `dropout`, nothing is dropped; the default is 0.1.", "The line of `def __init__`.")
class DefaultZero(Variant):
    def __init__(self, hidden_size: int, num_labels: int, dropout: float = 0.0) -> None:
        super().__init__(hidden_size, num_labels, dropout)


# ------------------------------------------------------------------------------------------------ known by what is seen

mistake.add(
    "one-for-all-positions",
    "Each row has one set of logits. Every token has a label of its own here.",
    "Every step that takes the dimension of positions away: indices, `mean`, `max`, `sum`.",
    None,
)
mistake.add(
    "another-formula",
    "In evaluation the logits are not those of one classifier on each vector by itself.",
    "`forward`, one step at a time, for any size: positions do not meet here, and dropout does nothing.",
    None,
)
add_dropout_mistakes(mistake)
add_layer_mistakes(mistake, "classifier", "from H to num_labels")
