# MISTAKE: Takes the best end first and then the best start for it: greedy.
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
    legal = _legal(allowed, max_length)
    if not legal.any():
        raise ValueError("no span is left")
    e = end_logits.masked_fill(~allowed, -torch.inf).argmax().item()
    return start_logits.masked_fill(~legal[:, e], -torch.inf).argmax().item(), e
