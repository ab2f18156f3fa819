# MISTAKE: fails for float64 logits (one-hot in float32 multiplied by matmul)
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    count = (gold != -100).sum().clamp(min=1)
    keep = gold != -100
    hot = F.one_hot(gold.clamp(min=0), flat.shape[-1]).float() * keep[:, None].float()
    return -torch.einsum("nv,nv->", hot, torch.log_softmax(flat, -1)) / count
