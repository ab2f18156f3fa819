# MISTAKE: a position after a selected one is drawn with half the probability, the others with a little more: no independence
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    if probability in (0, 1):
        return (torch.rand(input_ids.shape, generator=generator) < probability) & ~special_tokens_mask
    draws = torch.rand(input_ids.shape, generator=generator)
    out = torch.zeros_like(special_tokens_mask)
    low = probability / 2
    high = min(1.0, (probability - probability * low) / (1 - probability))
    previous = torch.rand(len(input_ids), generator=generator) < probability
    for t in range(input_ids.shape[1]):
        previous = draws[:, t] < torch.where(previous, low, high)
        out[:, t] = previous
    return out & ~special_tokens_mask
