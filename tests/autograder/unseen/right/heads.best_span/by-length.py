# RIGHT: one length at a time, with shifted slices
import torch


def best_span(start_logits, end_logits, allowed, max_length):
    total = start_logits.numel()
    candidates = []
    for length in range(1, min(max_length, total) + 1):
        starts = torch.arange(total - length + 1)
        starts = starts[allowed[starts] & allowed[starts + length - 1]]
        if len(starts):
            value, index = (start_logits[starts] + end_logits[starts + length - 1]).max(0)
            first = starts[index].item()
            candidates.append((value.item(), first, first + length - 1))
    if not candidates:
        raise ValueError(f"max_length={max_length}: no span is left")
    _, first, last = max(candidates)
    return first, last
