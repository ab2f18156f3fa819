# MISTAKE: each row gets floor or ceil of probability * n selected positions, with the right mean: positions of a row are not independent
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    draws = torch.rand(input_ids.shape, generator=generator).masked_fill(special_tokens_mask, 2.0)
    rank = draws.argsort(1).argsort(1)
    n = (~special_tokens_mask).sum(1, keepdim=True)
    count = (probability * n.double() + torch.rand(len(input_ids), 1, generator=generator, dtype=torch.float64)).floor()
    return (rank < count) & ~special_tokens_mask
