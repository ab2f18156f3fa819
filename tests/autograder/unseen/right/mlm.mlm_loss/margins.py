# RIGHT: log-sum-exp of the differences to the label's logit
import torch


def mlm_loss(logits, labels):
    places = (labels != -100).reshape(-1).nonzero().squeeze(1)
    x = logits.reshape(-1, logits.shape[-1]).index_select(0, places)
    y = labels.reshape(-1).index_select(0, places)
    differences = x - x.gather(1, y.view(-1, 1))
    return torch.logsumexp(differences, 1).sum() / (len(places) or 1)
