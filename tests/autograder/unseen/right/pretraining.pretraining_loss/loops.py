# RIGHT: Python loops over rows and positions
import torch


def pretraining_loss(mlm_logits, mlm_labels, nsp_logits, is_next):
    width = mlm_logits.size(-1)
    terms = []
    for logits, label in zip(mlm_logits.reshape(-1, width), mlm_labels.reshape(-1).tolist()):
        if label != -100:
            terms.append(torch.logsumexp(logits, 0) - logits[label])
    masked = sum(terms) / len(terms) if terms else mlm_logits[..., :0].sum()
    follow = []
    for logits, real in zip(nsp_logits, is_next.tolist()):
        follow.append(torch.logsumexp(logits, 0) - logits[0 if real else 1])
    return masked + torch.stack(follow).mean()
