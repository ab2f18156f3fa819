# MISTAKE: Returns numpy integers, which are no Python ints (json cannot write them).
import numpy as np


def masked_accuracy(logits, labels):
    wanted = labels.numpy()
    keep = wanted != -100
    hits = np.argmax(logits.detach().numpy(), axis=-1)[keep] == wanted[keep]
    return hits.sum(), keep.sum()
