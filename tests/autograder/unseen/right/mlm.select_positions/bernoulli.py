# RIGHT: torch.bernoulli on a table of float64 probabilities
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not (probability >= 0 and probability <= 1):
        raise ValueError("%r is not a probability" % (probability,))
    chances = torch.full(tuple(input_ids.shape), float(probability), dtype=torch.float64)
    chances = chances.masked_fill(special_tokens_mask, 0.0)
    return torch.bernoulli(chances, generator=generator).bool()
