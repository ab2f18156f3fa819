# RIGHT: logsumexp minus the logit of the target
import torch


def span_loss(start_logits, end_logits, start, end):
    def nll(logits, target):
        picked = logits.gather(1, target.unsqueeze(1)).squeeze(1)
        return (torch.logsumexp(logits, dim=1) - picked).mean()

    return torch.stack([nll(start_logits, start), nll(end_logits, end)]).mean()
