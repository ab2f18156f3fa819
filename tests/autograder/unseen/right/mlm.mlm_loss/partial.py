# RIGHT: functools.partial with ignore_index bound, plain mean and a special case
from functools import partial

from torch.nn import functional as F


def _loss(ignore_index, logits, labels):
    logits, labels = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    if bool(labels.eq(ignore_index).all()):
        return logits[:0].sum()
    return F.cross_entropy(logits, labels, ignore_index=ignore_index)


mlm_loss = partial(_loss, -100)
