# MISTAKE: Where no pair is left an IndexError comes out of argmax instead of ValueError.
import torch


def _legal(allowed, max_length):
    place = torch.arange(len(allowed))
    gap = place[None, :] - place[:, None]
    return (gap >= 0) & (gap < max_length) & allowed[:, None] & allowed[None, :]


def _best(scores, legal):
    pairs = legal.nonzero()
    if len(pairs) == 0:
        raise ValueError("no span is left")
    s, e = pairs[scores[pairs[:, 0], pairs[:, 1]].argmax()].tolist()
    return s, e


def best_span(start_logits, end_logits, allowed, max_length):
    pairs = _legal(allowed, max_length).nonzero()
    s, e = pairs[(start_logits[pairs[:, 0]] + end_logits[pairs[:, 1]]).argmax()].tolist()
    return s, e
