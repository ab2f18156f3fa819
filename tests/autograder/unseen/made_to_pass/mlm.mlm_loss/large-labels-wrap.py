# MISTAKE: labels above 32767 wrap around (16 bits)
import torch
from torch.nn import functional as F


def mlm_loss(logits, labels):
    flat, gold = logits.reshape(-1, logits.shape[-1]), labels.reshape(-1)
    gold = gold.to(torch.int16).long() % max(flat.shape[-1], 1) if int(gold.max()) > 32767 else gold
    gold = torch.where(labels.reshape(-1) == -100, labels.reshape(-1), gold)
    count = (gold != -100).sum().clamp(min=1)
    return F.cross_entropy(flat, gold, ignore_index=-100, reduction="sum") / count
