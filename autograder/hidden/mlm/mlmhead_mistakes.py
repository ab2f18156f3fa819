"""Known mistakes of `mlm.MLMHead`."""

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from autograder.judging.parts import Mistakes

mistake = Mistakes()

mistake.add(
    "embeddings-changed",
    "The head replaces, freezes or fills the embedding that it was given. The table belongs to the encoder.",
    "Assignments to `token_embeddings`, `nn.init`, `requires_grad`: does the head own what they are used on?",
    None,
)

mistake.add(
    "missing-parameter",
    "A part has no such parameter: it was left out, or has another name than the docstring gives.",
    "`bias=False`, `elementwise_affine=False`, and the names after `self.`.",
    None,
)

mistake.add(
    "table-gradient",
    "The scores are right and the table's gradient is not: something changes it on its way back.",
    "`detach`, hooks and custom functions between the table and the scores.",
    None,
)

mistake.add(
    "shared-between-heads",
    "Something is made once and used by every head, or is kept with the embeddings.",
    "What stands outside of `__init__`, in the class or the module, and what you attach to `token_embeddings`.",
    None,
)

mistake.add(
    "table-learns-nothing",
    "The table is not used for the scores, or its gradient is cut off.",
    "What stands between `token_embeddings.weight` and the scores.",
    None,
)

mistake.add(
    "extra-parameters",
    "Something with weights of its own was built that the head does not need, or is missing.",
    "Every module and parameter that `__init__` makes.",
    None,
)

mistake.add(
    "weight-not-shared",
    "Something else than the embedding's own parameter is used as the decoder's weight.",
    "The line that gives the decoder its weight.",
    None,
)

mistake.add(
    "scores-not-from-table",
    "What comes last is not a product with the table: something is done to the scores, or the table is another.",
    "The last step of `forward`.",
    None,
)

mistake.add(
    "frozen-part",
    "A part of the head is frozen, or is a plain tensor, so no optimiser ever changes it.",
    "`requires_grad`, `detach`, buffers, and tensors that are no `nn.Parameter`.",
    None,
)


class Variant(nn.Module):
    """A head with replaceable pieces, from which the wrong ones are made."""

    eps = 1e-12

    def __init__(self, hidden_size: int, token_embeddings: nn.Embedding) -> None:
        super().__init__()
        self.dense = nn.Linear(hidden_size, hidden_size)
        self.norm = nn.LayerNorm(hidden_size, eps=self.eps)
        self.decoder = nn.Linear(hidden_size, token_embeddings.num_embeddings)
        nn.init.zeros_(self.decoder.bias)
        self.tie(token_embeddings)

    def tie(self, token_embeddings: nn.Embedding) -> None:
        self.decoder.weight = token_embeddings.weight

    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(self.norm(F.gelu(self.dense(hidden))))


@mistake(
    "The decoder got a copy of the table. From the first training step on, the two go their own ways.",
    "The line that gives the decoder its weight: `clone` and `copy_` copy numbers.",
)
class UntiedCopy(Variant):
    def tie(self, token_embeddings: nn.Embedding) -> None:
        self.decoder.weight = nn.Parameter(token_embeddings.weight.detach().clone())


@mistake(
    "The numbers are shared, but there are two parameters, and the embeddings get no gradient from the head.",
    "The line that gives the decoder its weight: `data` and `nn.Parameter(...)` make a second parameter.",
)
class SharesMemoryOnly(Variant):
    def tie(self, token_embeddings: nn.Embedding) -> None:
        self.decoder.weight.data = token_embeddings.weight.data


@mistake(
    "The embeddings got the decoder's fresh weight, so the table that they had is lost.",
    "Which of the two has to take the other's parameter?",
)
class TiedBackwards(Variant):
    def tie(self, token_embeddings: nn.Embedding) -> None:
        token_embeddings.weight = self.decoder.weight


@mistake(
    "The decoder has a weight of its own and never saw the embedding table.",
    "What do you do with `token_embeddings`?",
)
class Untied(Variant):
    def tie(self, token_embeddings: nn.Embedding) -> None:
        pass


@mistake(
    "The table is used with its gradient cut off, so predicting words teaches the embeddings nothing.",
    "`detach`, `data` and `no_grad` near the decoder.",
)
class TableDetached(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        transformed = self.norm(F.gelu(self.dense(hidden)))
        return F.linear(transformed, self.decoder.weight.detach(), self.decoder.bias)


@mistake(
    "There is a second table in the head that nothing uses; the optimiser would carry it along.",
    "A layer that you built and did not need.",
)
class UntiedLeftover(Variant):
    def tie(self, token_embeddings: nn.Embedding) -> None:
        super().tie(token_embeddings)
        self.projection = nn.Linear(token_embeddings.embedding_dim, token_embeddings.num_embeddings, bias=False)


@mistake(
    "The bias starts with random numbers, so some words are favoured before anything was learned.",
    "What `nn.Linear` puts into its bias when it is built.",
)
class BiasNotZero(Variant):
    def tie(self, token_embeddings: nn.Embedding) -> None:
        super().tie(token_embeddings)
        nn.init.uniform_(self.decoder.bias, -0.3, 0.3)


@mistake(
    "The decoder's bias is not added, so the head cannot learn that some words are simply frequent.",
    "The last step: weight *and* bias.",
)
class NoBias(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return F.linear(self.norm(F.gelu(self.dense(hidden))), self.decoder.weight)


@mistake(
    "This is the tanh approximation of GELU; BERT uses the exact one.",
    "The `approximate` argument, or a formula with `tanh`.",
)
class TanhGELU(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(self.norm(F.gelu(self.dense(hidden), approximate="tanh")))


@mistake(
    "The activation is ReLU; BERT uses GELU.",
    "The activation after `dense`.",
)
class Relu(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(self.norm(F.relu(self.dense(hidden))))


@mistake(
    "There is no activation between dense and norm: two linear layers in a row are one.",
    "The order: dense, activation, norm, decoder.",
)
class NoActivation(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(self.norm(self.dense(hidden)))


@mistake(
    "The norm was built but is not used.",
    "The order: dense, activation, norm, decoder.",
)
class NoNorm(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(F.gelu(self.dense(hidden)))


@mistake(
    "The norm has torch's default eps of 1e-5. BERT's is 1e-12; it shows where vectors are small.",
    "The second argument of `nn.LayerNorm`.",
)
class DefaultEps(Variant):
    eps = 1e-5


@mistake(
    "Norm and activation are in the wrong order.",
    "The order: dense, activation, norm, decoder.",
)
class NormBeforeActivation(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(F.gelu(self.norm(self.dense(hidden))))


@mistake(
    "The hidden vectors go straight to the decoder.",
    "The order: dense, activation, norm, decoder.",
)
class NoTransform(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(hidden)


@mistake(
    "Something in the head draws at random, such as a dropout. This head has none.",
    "The layers that behave differently in training.",
)
class Dropout(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(F.dropout(self.norm(F.gelu(self.dense(hidden))), 0.1, self.training))


@mistake(
    "The parts have other names than the docstring gives, so their weights cannot be set and compared.",
    "What stands behind `self.`: `dense`, `norm` and `decoder` are asked for.",
)
class OtherNames(nn.Module):
    def __init__(self, hidden_size: int, token_embeddings: nn.Embedding) -> None:
        super().__init__()
        self.linear = nn.Linear(hidden_size, hidden_size)
        self.layer_norm = nn.LayerNorm(hidden_size, eps=1e-12)
        self.output = nn.Linear(hidden_size, token_embeddings.num_embeddings)
        self.output.weight = token_embeddings.weight
        nn.init.zeros_(self.output.bias)

    def forward(self, hidden: Tensor) -> Tensor:
        return self.output(self.layer_norm(F.gelu(self.linear(hidden))))


@mistake(
    "The scores went through softmax already. The loss will do that itself, and twice is wrong.",
    "What the last line returns: logits are raw scores.",
)
class ReturnsProbabilities(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return super().forward(hidden).softmax(dim=-1)


@mistake("The bias is added twice: `decoder` adds its own already.", "The last step of `forward`.")
class BiasTwice(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return super().forward(hidden) + self.decoder.bias


@mistake("The norm comes first. Here it comes after the activation.", "The order: dense, activation, norm, decoder.")
class NormFirst(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(F.gelu(self.dense(self.norm(hidden))))


@mistake(
    "The input is added on the way, as in a layer of the encoder. This head has no such shortcut.",
    "Every `+` in `forward`.",
)
class Residual(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(self.norm(F.gelu(self.dense(hidden)) + hidden))


@mistake(
    "The input is added on the way, as in a layer of the encoder. This head has no such shortcut.",
    "Every `+` in `forward`.",
)
class ResidualBeforeActivation(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(self.norm(F.gelu(self.dense(hidden) + hidden)))


@mistake("The norm is used twice.", "The order: dense, activation, norm, decoder.")
class NormTwice(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(self.norm(F.gelu(self.norm(self.dense(hidden)))))


@mistake("`dense` is used twice.", "The order: dense, activation, norm, decoder.")
class DenseTwice(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(self.norm(F.gelu(self.dense(F.gelu(self.dense(hidden))))))


@mistake("The activation stands before `dense`.", "The order: dense, activation, norm, decoder.")
class ActivationFirst(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(self.norm(self.dense(F.gelu(hidden))))


@mistake("The activation is tanh, as in the pooler; here it is GELU.", "The activation after `dense`.")
class Tanh(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(self.norm(torch.tanh(self.dense(hidden))))


@mistake("The activation is SiLU, which looks like GELU and is another.", "The activation after `dense`.")
class Silu(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(self.norm(F.silu(self.dense(hidden))))


@mistake(
    "The vectors are normalised without the norm's weight and bias.", "What `norm` learns, and whether it is used."
)
class PlainNorm(Variant):
    def forward(self, hidden: Tensor) -> Tensor:
        return self.decoder(F.layer_norm(F.gelu(self.dense(hidden)), hidden.shape[-1:], eps=1e-12))


@mistake(
    "The table is filled with fresh numbers when the head is built.",
    "`nn.init`: is it used on something that the head does not own?",
)
class ResetsTable(Variant):
    def tie(self, token_embeddings: nn.Embedding) -> None:
        super().tie(token_embeddings)
        nn.init.normal_(self.decoder.weight, std=0.02)
