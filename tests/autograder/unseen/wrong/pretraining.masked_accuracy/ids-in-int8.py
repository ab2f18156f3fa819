# MISTAKE: Compares ids as int8: ids that differ by 256 look alike, which shows in a large vocabulary.
import torch


def masked_accuracy(logits, labels):
    keep = labels.ne(-100)
    predictions = logits.argmax(-1).to(torch.int8)
    small = labels.to(torch.int8)
    return int(((predictions == small) & keep).sum()), int(keep.sum())
