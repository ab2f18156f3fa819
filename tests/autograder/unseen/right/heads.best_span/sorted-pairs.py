# RIGHT: all pairs sorted by score, the first that is legal
import torch


def best_span(start_logits, end_logits, allowed, max_length):
    n = start_logits.size(0)
    order = torch.argsort((start_logits.unsqueeze(1) + end_logits).reshape(-1), descending=True).tolist()
    for flat in order:
        start, end = divmod(flat, n)
        if start <= end < start + max_length and bool(allowed[start]) and bool(allowed[end]):
            return start, end
    raise ValueError("no pair of start and end is left to choose from")
