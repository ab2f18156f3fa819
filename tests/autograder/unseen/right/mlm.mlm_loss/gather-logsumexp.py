# RIGHT: logsumexp minus the gathered logit
def mlm_loss(logits, labels):
    keep = labels.ne(-100)
    gold = logits.gather(-1, labels.masked_fill(~keep, 0).unsqueeze(-1)).squeeze(-1)
    each = (logits.logsumexp(-1) - gold).masked_fill(~keep, 0)
    return each.sum() / keep.sum().clamp(min=1)
