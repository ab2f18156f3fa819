# RIGHT: a lambda with cross_entropy, sum over count
import torch

mlm_loss = lambda logits, labels: torch.nn.functional.cross_entropy(
    logits.reshape(-1, logits.size(-1)), labels.reshape(-1), reduction="sum"
) / (labels != -100).sum().clamp(1)
