# RIGHT: as in the usual models, with positions clamped to T and T ignored, which never happens here
from torch import nn


def span_loss(start_logits, end_logits, start, end):
    ignored = start_logits.size(1)
    loss = nn.CrossEntropyLoss(ignore_index=ignored)
    return (loss(start_logits, start.clamp(0, ignored)) + loss(end_logits, end.clamp(0, ignored))) / 2
