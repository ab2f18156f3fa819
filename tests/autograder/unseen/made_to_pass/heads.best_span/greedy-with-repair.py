# MISTAKE: Takes the two maxima where they make a span, else the better of best end for that start and best start for that end.
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
    s = start_logits.masked_fill(~legal.any(1), -torch.inf).argmax().item()
    e = end_logits.masked_fill(~legal.any(0), -torch.inf).argmax().item()
    if legal[s, e]:
        return s, e
    e2 = end_logits.masked_fill(~legal[s], -torch.inf).argmax().item()
    s2 = start_logits.masked_fill(~legal[:, e], -torch.inf).argmax().item()
    first = (start_logits[s] + end_logits[e2]).item() >= (start_logits[s2] + end_logits[e]).item()
    return (s, e2) if first else (s2, e)
