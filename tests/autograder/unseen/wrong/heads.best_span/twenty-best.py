# MISTAKE: Looks only at the 20 best starts and the 20 best ends, which need not make a legal pair or the best one.
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
    k = min(20, len(allowed))
    keep = torch.zeros(len(allowed), len(allowed), dtype=torch.bool)
    keep[start_logits.topk(k).indices[:, None], end_logits.topk(k).indices] = True
    return _best(start_logits[:, None] + end_logits, _legal(allowed, max_length) & keep)
