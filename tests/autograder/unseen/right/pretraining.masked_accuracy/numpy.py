# RIGHT: numpy
import numpy as np


def masked_accuracy(logits, labels):
    scores = logits.detach().cpu().numpy()
    wanted = labels.cpu().numpy()
    hit = np.equal(scores.argmax(axis=-1), wanted)
    valid = wanted >= 0
    return int(np.count_nonzero(hit & valid)), int(np.count_nonzero(valid))
