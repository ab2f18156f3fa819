# RIGHT: a table of sums and a boolean table of the pairs that count
import torch


def best_span(start_logits, end_logits, allowed, max_length):
    n = start_logits.shape[0]
    place = torch.arange(n)
    gap = place[None, :] - place[:, None]
    legal = (gap >= 0) & (gap < max_length) & allowed[:, None] & allowed[None, :]
    pairs = legal.nonzero()
    if len(pairs) == 0:
        raise ValueError(f"no legal span; max_length is {max_length}")
    sums = start_logits[pairs[:, 0]] + end_logits[pairs[:, 1]]
    start, end = pairs[sums.argmax()].tolist()
    return start, end
