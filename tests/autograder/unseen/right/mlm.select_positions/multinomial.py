# RIGHT: torch.multinomial with two classes; 0 and 1 are treated apart
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"not a probability: {probability}")
    ordinary = special_tokens_mask.logical_not()
    if probability == 0:
        return torch.zeros_like(ordinary)
    if probability == 1:
        return ordinary
    n = input_ids.numel()
    weights = torch.tensor([1.0 - probability, probability], dtype=torch.float64)
    classes = torch.multinomial(weights, n, replacement=True, generator=generator)
    return classes.reshape(input_ids.shape).eq(1) & ordinary
