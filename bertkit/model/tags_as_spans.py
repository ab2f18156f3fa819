"""A tagger of what is inside an answer and what is not, asked for where the answer starts and where it ends."""

from torch import Tensor, nn

from bertkit.model.bert import BertForTokenClassification

OUTSIDE_INSIDE = ("outside", "inside")
"""The labels of such a tagger, in the order of their ids."""


class TagsAsSpans(nn.Module):
    """Gives start and end logits whose sum, for any span, is how much sooner its tokens are inside than outside.

    That is the sum of log(p(inside) / p(outside)) over the span's tokens, and it is the same up to a constant as the
    log-probability of all tags when this span is inside and everything else is not. So `best_span` finds the likeliest
    tagging that is one answer, however many pieces the likeliest tags of single tokens fall into.

    Args:
        model: with the labels `OUTSIDE_INSIDE`.

    Raises:
        ValueError: for a model with other labels.
    """

    def __init__(self, model: BertForTokenClassification) -> None:
        super().__init__()
        if model.labels != OUTSIDE_INSIDE:
            raise ValueError(f"the model's labels are {', '.join(model.labels)}; they have to be outside, inside")
        self.tagger, self.config = model, model.config

    def forward(
        self, input_ids: Tensor, attention_mask: Tensor | None = None, token_type_ids: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Arguments as those of `BertForQuestionAnswering`; start and end logits of shape (B, T)."""
        logits = self.tagger(input_ids, attention_mask, token_type_ids)
        sooner = logits[..., 1] - logits[..., 0]
        up_to = sooner.cumsum(dim=-1)
        return sooner - up_to, up_to
