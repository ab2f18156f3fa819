"""Known mistakes of `heads.SpanHead`."""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.hidden.heads.layers import add_layer_mistakes
from autograder.judging.parts import Mistakes

mistake = Mistakes()

Pair = tuple[Tensor, Tensor]


class Variant(nn.Module):
    """A head with replaceable pieces, from which the wrong ones are made."""

    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.outputs = nn.Linear(hidden_size, 2)

    def scores(self, hidden: Tensor) -> Tensor:
        both: Tensor = self.outputs(hidden)
        return both

    def parted(self, both: Tensor) -> Any:
        return both[..., 0], both[..., 1]

    def forward(self, hidden: Tensor) -> Any:
        return self.parted(self.scores(hidden))


# ------------------------------------------------------------------------------------------------------- both and which


@mistake(
    "Starts and ends came back in the wrong order.", "The order after `return`: which number of `outputs` is first?"
)
class EndFirst(Variant):
    def parted(self, both: Tensor) -> Pair:
        return both[..., 1], both[..., 0]


@mistake(
    "The logits came back as one tensor, with two numbers for each position.",
    "What becomes of the last dimension: two tensors are asked for.",
)
class NotParted(Variant):
    def parted(self, both: Tensor) -> Tensor:
        return both


@mistake(
    "Both kinds of logits came back in one tensor, one behind the other.",
    "The last line: two tensors are asked for, as `start, end`.",
)
class StackedInFront(Variant):
    def parted(self, both: Tensor) -> Tensor:
        return both.permute(2, 0, 1)


@mistake(
    "The two tensors have a dimension of size 1 too many at the end.",
    "`split`, `chunk` and slices keep the dimension that they cut.",
)
class KeepsLastDimension(Variant):
    def parted(self, both: Tensor) -> Pair:
        start, end = both.chunk(2, dim=-1)
        return start, end


@mistake(
    "Dimensions of size 1 were dropped. A batch of one is a batch, and a passage of one token is a passage.",
    "`squeeze` without a dimension: what does it do where there is one row, or one position?",
)
class Squeezed(Variant):
    def parted(self, both: Tensor) -> Pair:
        start, end = both.chunk(2, dim=-1)
        return start.squeeze(), end.squeeze()


@mistake("The starts came back twice.", "Both indices into what `outputs` gives.")
class StartTwice(Variant):
    def parted(self, both: Tensor) -> Pair:
        return both[..., 0], both[..., 0]


@mistake("The starts alone came back.", "What stands after `return`.")
class StartAlone(Variant):
    def parted(self, both: Tensor) -> Tensor:
        return both[..., 0]


@mistake(
    "The logits were parted along the positions: those of positions 0 and 1 came back.",
    "The dimension along which you part, or in which your index stands.",
)
class PartedByPosition(Variant):
    def parted(self, both: Tensor) -> Pair:
        return both[:, 0], both[:, -1]


@mistake(
    "The logits were cut into two halves of the sequence, and not into starts and ends.",
    "The dimension along which `chunk` or `split` cuts.",
)
class PartedInHalves(Variant):
    def parted(self, both: Tensor) -> Pair:
        first, second = both[:, : -(-both.shape[1] // 2)], both[:, -(-both.shape[1] // 2) :]
        return first, second


@mistake(
    "`view` or `reshape` put numbers of different positions together: the two of a position lie side by side.",
    "Every `view` and `reshape`: which numbers lie next to each other in memory?",
)
class Reshaped(Variant):
    def parted(self, both: Tensor) -> Pair:
        rows, length, _ = both.shape
        start, end = both.reshape(rows, 2, length).unbind(dim=1)
        return start, end


@mistake(
    "`view` or `reshape` took the numbers as they lie in memory: the two of a position lie side by side.",
    "Every `view` and `reshape`: which numbers lie next to each other in memory?",
)
class ReshapedInFront(Variant):
    def parted(self, both: Tensor) -> Pair:
        start, end = both.reshape(2, *both.shape[:2]).unbind(dim=0)
        return start, end


@mistake(
    "The best positions came back. The loss needs the logits of all positions.",
    "What stands after `return`: logits are raw scores.",
)
class ReturnsPositions(Variant):
    def parted(self, both: Tensor) -> Pair:
        return both[..., 0].argmax(dim=-1), both[..., 1].argmax(dim=-1)


@mistake(
    "Only the first row came back.",
    "Every index into `hidden`: rows are dimension 0.",
)
class FirstRow(Variant):
    def scores(self, hidden: Tensor) -> Tensor:
        return super().scores(hidden[0])


@mistake(
    "Positions and rows changed places.",
    "Every `transpose` and `permute`: what turns it back?",
)
class RowsAndPositionsSwapped(Variant):
    def scores(self, hidden: Tensor) -> Tensor:
        return super().scores(hidden.transpose(0, 1))


@mistake(
    "Position 0 alone was scored. Every position may be a start or an end.",
    "Every index into `hidden`.",
)
class FirstPositionAlone(Variant):
    def scores(self, hidden: Tensor) -> Tensor:
        return super().scores(hidden[:, 0])


# ----------------------------------------------------------------------------------------------------- what is computed


@mistake(
    "The logits went through softmax over the positions. The loss will do that itself, and twice is wrong.",
    "What stands after `return`: logits are raw scores.",
)
class SoftmaxOverPositions(Variant):
    def scores(self, hidden: Tensor) -> Tensor:
        return super().scores(hidden).softmax(dim=1)


@mistake(
    "The logits went through log-softmax over the positions. Raw scores are asked for.",
    "What stands after `return`.",
)
class LogSoftmaxOverPositions(Variant):
    def scores(self, hidden: Tensor) -> Tensor:
        return super().scores(hidden).log_softmax(dim=1)


@mistake(
    "Start and end of a position were put through softmax together, as if a token had to be one or the other.",
    "The dimension of your softmax; here there should be none.",
)
class SoftmaxOverBoth(Variant):
    def scores(self, hidden: Tensor) -> Tensor:
        return super().scores(hidden).softmax(dim=-1)


@mistake("The logits went through a sigmoid. Raw scores are asked for.", "What stands after `return`.")
class ReturnsSigmoid(Variant):
    def scores(self, hidden: Tensor) -> Tensor:
        return super().scores(hidden).sigmoid()


@mistake("The logits went through tanh, so that they cannot leave -1 to 1.", "What follows `outputs`: nothing should.")
class ActivationLast(Variant):
    def scores(self, hidden: Tensor) -> Tensor:
        return super().scores(hidden).tanh()


@mistake(
    "An activation stands in front of `outputs`. Here the vectors go in as they are.",
    "What comes before `outputs`: nothing should.",
)
class Relu(Variant):
    def scores(self, hidden: Tensor) -> Tensor:
        return super().scores(F.relu(hidden))


@mistake(
    "A GELU stands in front of `outputs`. Here the vectors go in as they are.",
    "What comes before `outputs`: nothing should.",
)
class Gelu(Variant):
    def scores(self, hidden: Tensor) -> Tensor:
        return super().scores(F.gelu(hidden))


@mistake(
    "There is a dense layer with tanh in front of `outputs`. One layer is all that this head has.",
    "Every layer that `__init__` makes.",
)
class WithDense(Variant):
    def __init__(self, hidden_size: int) -> None:
        super().__init__(hidden_size)
        self.dense = nn.Linear(hidden_size, hidden_size)

    def scores(self, hidden: Tensor) -> Tensor:
        return super().scores(torch.tanh(self.dense(hidden)))


@mistake(
    "A tanh stands in front of `outputs`, as in the NSP head. Here the vectors go in as they are.",
    "What comes before `outputs`: nothing should.",
)
class Tanh(Variant):
    def scores(self, hidden: Tensor) -> Tensor:
        return super().scores(torch.tanh(hidden))


@mistake(
    "Something in the head draws at random, such as a dropout. This head has none.",
    "The layers that behave differently in training.",
)
class Dropout(Variant):
    def scores(self, hidden: Tensor) -> Tensor:
        return super().scores(F.dropout(hidden, 0.1, self.training))


@mistake(
    "The logits of the starts were added to those of the ends. Each position has both, by themselves.",
    "Every `+` in `forward`.",
)
class EndKnowsStart(Variant):
    def parted(self, both: Tensor) -> Pair:
        return both[..., 0], both[..., 0] + both[..., 1]


@mistake("The bias of `outputs` is there and not used.", "What is added after the product.")
class BiasUnused(Variant):
    def scores(self, hidden: Tensor) -> Tensor:
        return hidden @ self.outputs.weight.T


@mistake(
    "The vectors are cut off from the encoder, which learns nothing from the answers then.",
    "`detach`, `data` and `no_grad` in front of `outputs`.",
)
class VectorsDetached(Variant):
    def scores(self, hidden: Tensor) -> Tensor:
        return super().scores(hidden.detach())


@mistake(
    "The position 0 of the encoder's vectors is written into. They belong to the caller.",
    "Methods ending in `_`, and assignments to `hidden[...]`.",
)
class WritesIntoHidden(Variant):
    def scores(self, hidden: Tensor) -> Tensor:
        both = super().scores(hidden)
        hidden.detach()[:, 0] = 0
        return both


@mistake(
    "[CLS] was set to minus infinity, so that it can be no answer. Which positions are allowed is decided later.",
    "What follows `outputs`: nothing should.",
)
class FirstPositionForbidden(Variant):
    def scores(self, hidden: Tensor) -> Tensor:
        both = super().scores(hidden)
        return torch.cat([torch.full_like(both[:, :1], -torch.inf), both[:, 1:]], dim=1)


# ----------------------------------------------------------------------------------------------------------- the layers


@mistake("`outputs` has no bias.", "`bias=False`: it has one.")
class WithoutBias(Variant):
    def __init__(self, hidden_size: int) -> None:
        super().__init__(hidden_size)
        self.outputs = nn.Linear(hidden_size, 2, bias=False)


@mistake(
    "There is one output for each position. Start and end have a logit each, from one layer.",
    "The second number that `outputs` is built with.",
)
class OneOutput(Variant):
    def __init__(self, hidden_size: int) -> None:
        super().__init__(hidden_size)
        self.outputs = nn.Linear(hidden_size, 1)


@mistake(
    "There are two layers of one output each. One layer with two outputs, named `outputs`, is asked for.",
    "The layers that `__init__` makes, and their names.",
)
class TwoLayers(nn.Module):
    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.start = nn.Linear(hidden_size, 1)
        self.end = nn.Linear(hidden_size, 1)

    def forward(self, hidden: Tensor) -> Pair:
        return self.start(hidden)[..., 0], self.end(hidden)[..., 0]


@mistake(
    "The layer has another name than the docstring of the exercise gives, so its weights cannot be set and compared.",
    "What stands behind `self.`: `outputs` is asked for.",
)
class OtherName(nn.Module):
    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.qa_outputs = nn.Linear(hidden_size, 2)

    def forward(self, hidden: Tensor) -> Pair:
        both = self.qa_outputs(hidden)
        return both[..., 0], both[..., 1]


@mistake(
    "The size of the vectors is written into the head; whatever `hidden_size` says has no effect.",
    "Every number in `__init__`: which of them is an argument?",
)
class SizeWrittenIn(Variant):
    def __init__(self, hidden_size: int) -> None:
        super().__init__(768)


# ------------------------------------------------------------------------------------------------ known by what is seen

for name, likely, look_at in (
    (
        "one-tensor-for-two",
        "One tensor came back. Starts and ends are two results.",
        "What stands after `return`, and how the last dimension is parted.",
    ),
    (
        "another-form",
        "Something else than two tensors came back.",
        "What stands after `return`.",
    ),
    (
        "another-formula",
        "The logits are not those of one layer with two outputs at every position, the first of them for starts.",
        "`forward`, one step at a time; and whether it does the same in training and evaluation, for any size.",
    ),
):
    mistake.add(name, likely, look_at, None)
add_layer_mistakes(mistake, "outputs", "from H to 2")
