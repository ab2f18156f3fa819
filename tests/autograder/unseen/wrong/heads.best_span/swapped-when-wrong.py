# MISTAKE: Two separate maxima, swapped where the end comes before the start.
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
    if not _legal(allowed, max_length).any():
        raise ValueError("no span is left")
    s = start_logits.masked_fill(~allowed, -torch.inf).argmax().item()
    e = end_logits.masked_fill(~allowed, -torch.inf).argmax().item()
    s, e = min(s, e), max(s, e)
    return s, min(e, s + max_length - 1)
