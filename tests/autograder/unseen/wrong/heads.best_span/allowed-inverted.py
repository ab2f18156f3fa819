# MISTAKE: Reads allowed the wrong way round, as if True said "not here".
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
    return _best(start_logits[:, None] + end_logits, _legal(~allowed, max_length))
