"""Known mistakes of `nsp.NSPHead`."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.judging.parts import Mistakes

mistake = Mistakes()


class Variant(nn.Module):
    """A head with replaceable pieces, from which the wrong ones are made."""

    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.classifier = nn.Linear(hidden_size, 2)

    def first(self, hidden: Tensor) -> Tensor:
        return hidden[:, 0]

    def activation(self, hidden: Tensor) -> Tensor:
        return torch.tanh(hidden)

    def forward(self, hidden: Tensor) -> Tensor:
        scores: Tensor = self.classifier(self.activation(self.dense(self.first(hidden))))
        return scores


# ----------------------------------------------------------------------------------------------- what the head looks at


@mistake(
    "The vectors of all positions were averaged. BERT looks at position 0 alone, where [CLS] stands.",
    "What of `hidden` goes into the first layer.",
)
class MeanOfPositions(Variant):
    def first(self, hidden: Tensor) -> Tensor:
        return hidden.mean(dim=1)


@mistake(
    "The largest value over all positions was taken. BERT looks at position 0 alone, where [CLS] stands.",
    "What of `hidden` goes into the first layer.",
)
class MaxOfPositions(Variant):
    def first(self, hidden: Tensor) -> Tensor:
        return hidden.max(dim=1).values


@mistake(
    "The vectors of all positions were added up. BERT looks at position 0 alone, where [CLS] stands.",
    "What of `hidden` goes into the first layer.",
)
class SumOfPositions(Variant):
    def first(self, hidden: Tensor) -> Tensor:
        return hidden.sum(dim=1)


@mistake("The head looks at the last position. [CLS] is the first.", "The index into the positions.")
class LastPosition(Variant):
    def first(self, hidden: Tensor) -> Tensor:
        return hidden[:, -1]


@mistake(
    "The head looks at position 1, the first token of the text. [CLS] stands at 0.", "The index into the positions."
)
class PositionOne(Variant):
    def first(self, hidden: Tensor) -> Tensor:
        return hidden[:, 1]


@mistake(
    "Every position is scored. One pair has one verdict, from position 0.",
    "The shape of what you return, and where position 0 is picked.",
)
class EveryPosition(Variant):
    def first(self, hidden: Tensor) -> Tensor:
        return hidden


@mistake(
    "The first row was taken instead of the first position: rows are dimension 0, positions dimension 1.",
    "The index in front of the first layer: which dimension does it pick from?",
)
class FirstRow(Variant):
    def first(self, hidden: Tensor) -> Tensor:
        return hidden[0]


@mistake(
    "The first feature of every position was taken. Features are the last dimension, positions the one before.",
    "The index in front of the first layer: which dimension does it pick from?",
)
class FirstFeature(Variant):
    def first(self, hidden: Tensor) -> Tensor:
        return hidden[..., 0]


@mistake(
    "A slice keeps its dimension, so that the scores have one for the single position.",
    "`[:, :1]` and `[:, 0]`: which of them takes the dimension away?",
)
class KeepsPosition(Variant):
    def first(self, hidden: Tensor) -> Tensor:
        return hidden[:, :1]


@mistake(
    "The scores of all positions were averaged. Position 0 alone counts.", "What becomes of the dimension of positions."
)
class MeanOfScores(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        scores: Tensor = self.classifier(torch.tanh(self.dense(hidden))).mean(dim=1)
        return scores


# ----------------------------------------------------------------------------------------------------------- the layers


@mistake(
    "There is no activation between the two layers: two linear layers in a row are one.",
    "The order: dense, tanh, classifier.",
)
class NoActivation(Variant):
    def activation(self, hidden: Tensor) -> Tensor:
        return hidden


@mistake("The activation is ReLU; here it is tanh.", "The activation after `dense`.")
class Relu(Variant):
    def activation(self, hidden: Tensor) -> Tensor:
        return F.relu(hidden)


@mistake("The activation is GELU, as in the MLM head; here it is tanh.", "The activation after `dense`.")
class Gelu(Variant):
    def activation(self, hidden: Tensor) -> Tensor:
        return F.gelu(hidden)


@mistake("The activation is a sigmoid; here it is tanh.", "The activation after `dense`.")
class Sigmoid(Variant):
    def activation(self, hidden: Tensor) -> Tensor:
        return torch.sigmoid(hidden)


@mistake(
    "`dense` is not used: tanh of the vector goes straight to the classifier.", "The order: dense, tanh, classifier."
)
class NoDense(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        scores: Tensor = self.classifier(torch.tanh(hidden[:, 0]))
        return scores


@mistake("The vector of [CLS] goes straight to the classifier.", "The order: dense, tanh, classifier.")
class ClassifierAlone(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        scores: Tensor = self.classifier(hidden[:, 0])
        return scores


@mistake("tanh stands in front of `dense`. It comes after.", "The order: dense, tanh, classifier.")
class ActivationFirst(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        scores: Tensor = self.classifier(self.dense(torch.tanh(hidden[:, 0])))
        return scores


@mistake(
    "The scores themselves went through tanh, so that they cannot leave -1 to 1.",
    "The order: dense, tanh, classifier, and nothing after it.",
)
class ActivationLast(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return torch.tanh(self.classifier(self.dense(hidden[:, 0])))


@mistake(
    "A second tanh comes after the classifier, so that the scores cannot leave -1 to 1.",
    "The order: dense, tanh, classifier, and nothing after it.",
)
class TwoActivations(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return torch.tanh(super().forward(hidden))


@mistake("`dense` is used twice.", "The order: dense, tanh, classifier.")
class DenseTwice(Variant):
    def activation(self, hidden: Tensor) -> Tensor:
        return torch.tanh(self.dense(torch.tanh(hidden)))


@mistake(
    "The vector of [CLS] is added on the way, as in a layer of the encoder. This head has no such shortcut.",
    "Every `+` in `forward`.",
)
class Residual(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        scores: Tensor = self.classifier(torch.tanh(self.dense(hidden[:, 0])) + hidden[:, 0])
        return scores


@mistake("A layer norm stands in the head. It has none: that is the MLM head's.", "The order: dense, tanh, classifier.")
class Normalised(Variant):
    def activation(self, hidden: Tensor) -> Tensor:
        return F.layer_norm(torch.tanh(hidden), hidden.shape[-1:])


@mistake(
    "Something in the head draws at random, such as a dropout. This head has none.",
    "The layers that behave differently in training.",
)
class Dropout(Variant):
    def activation(self, hidden: Tensor) -> Tensor:
        return F.dropout(torch.tanh(hidden), 0.1, self.training)


@mistake(
    "The scores went through softmax already. The loss will do that itself, and twice is wrong.",
    "What the last line returns: logits are raw scores.",
)
class ReturnsProbabilities(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return super().forward(hidden).softmax(dim=-1)


@mistake("The two scores are in each other's place.", "What the last line does to the scores of the classifier.")
class ScoresExchanged(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return super().forward(hidden).flip(-1)


@mistake("The biases are there and not used.", "What is added after each product.")
class BiasesUnused(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return torch.tanh(hidden[:, 0] @ self.dense.weight.T) @ self.classifier.weight.T


@mistake("The bias of `dense` is there and not used.", "What is added after the first product.")
class DenseBiasUnused(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        scores: Tensor = self.classifier(torch.tanh(hidden[:, 0] @ self.dense.weight.T))
        return scores


@mistake("The bias of `classifier` is there and not used.", "What is added after the second product.")
class ClassifierBiasUnused(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return torch.tanh(self.dense(hidden[:, 0])) @ self.classifier.weight.T


@mistake(
    "The vectors are cut off from the encoder, which learns nothing from the pairs then.",
    "`detach`, `data` and `no_grad` in front of the first layer.",
)
class VectorsDetached(Variant):
    def first(self, hidden: Tensor) -> Tensor:
        return hidden[:, 0].detach()


@mistake(
    "The encoder's vectors are written into. They belong to the caller, who needs them for other heads.",
    "Methods ending in `_`, and assignments to `hidden[...]`.",
)
class WritesIntoHidden(Variant):
    def first(self, hidden: Tensor) -> Tensor:
        hidden.detach()[:, 1:] = 0
        return hidden[:, 0]


@mistake("`dense` has no bias.", "`bias=False`: both layers have one.")
class DenseWithoutBias(Variant):
    def __init__(self, hidden_size: int) -> None:
        super().__init__(hidden_size)
        self.dense = nn.Linear(hidden_size, hidden_size, bias=False)


@mistake("`classifier` has no bias.", "`bias=False`: both layers have one.")
class ClassifierWithoutBias(Variant):
    def __init__(self, hidden_size: int) -> None:
        super().__init__(hidden_size)
        self.classifier = nn.Linear(hidden_size, 2, bias=False)


@mistake(
    "The classifier has one output. Two classes have two scores here, as in the released BERT.",
    "The second number that the classifier is built with.",
)
class OneScore(Variant):
    def __init__(self, hidden_size: int) -> None:
        super().__init__(hidden_size)
        self.classifier = nn.Linear(hidden_size, 1)


@mistake(
    "The sizes are written into the head; whatever `hidden_size` says has no effect.",
    "Every number in `__init__`: which of them is an argument?",
)
class SizeWrittenIn(Variant):
    def __init__(self, hidden_size: int) -> None:
        super().__init__(768)


@mistake(
    "The parts have other names than the docstring gives, so their weights cannot be set and compared.",
    "What stands behind `self.`: `dense` and `classifier` are asked for.",
)
class OtherNames(nn.Module):
    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.pooler = nn.Linear(hidden_size, hidden_size)
        self.seq_relationship = nn.Linear(hidden_size, 2)

    def forward(self, hidden: Tensor) -> Tensor:
        scores: Tensor = self.seq_relationship(torch.tanh(self.pooler(hidden[:, 0])))
        return scores


# ------------------------------------------------------------------------------------------------ known by what is seen

for name, likely, look_at in (
    (
        "missing-layer",
        "A layer was left out, or has another name than the docstring gives.",
        "The names after `self.`, letter by letter.",
    ),
    (
        "other-positions",
        "Other vectors than that of [CLS] enter the scores. BERT looks at position 0 alone.",
        "What of `hidden` goes into the first layer, and every `mean`, `sum`, `max` and `reshape`.",
    ),
    (
        "another-formula",
        "The scores are not those of dense, tanh and classifier, one after the other, on the vector at position 0.",
        "`forward`, one step at a time; and whether it does the same in training and evaluation, for any size.",
    ),
    ("no-bias", "A layer was built without a bias.", "`bias=False`: both layers have one."),
    ("wrong-size", "A layer was built with other sizes than it should have.", "The two numbers that each layer gets."),
    (
        "frozen-part",
        "A part of the head is frozen, or is a plain tensor, so no optimiser ever changes it.",
        "`requires_grad`, `detach`, buffers, and tensors that are no `nn.Parameter`.",
    ),
    (
        "shared-between-heads",
        "Something is made once and used by every head.",
        "What stands outside of `__init__`, in the class or the module.",
    ),
    (
        "extra-parameters",
        "Something with weights of its own was built that the head does not need.",
        "Every module and parameter that `__init__` makes.",
    ),
):
    mistake.add(name, likely, look_at, None)
