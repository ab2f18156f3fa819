# RIGHT: torch.distributions.Categorical
import torch


def mlm_loss(logits, labels):
    keep = labels.reshape(-1) != -100
    chosen = logits.reshape(-1, logits.shape[-1])[keep]
    if len(chosen) == 0:
        return chosen.sum()
    words = torch.distributions.Categorical(logits=chosen, validate_args=False)
    return -words.log_prob(labels.reshape(-1)[keep]).mean()
