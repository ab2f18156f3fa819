# MISTAKE: the number of selected positions is floor or ceil of probability * n, drawn so that the mean is exact: positions are not independent
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    ordinary = (~special_tokens_mask).reshape(-1).nonzero().squeeze(1)
    order = torch.randperm(len(ordinary), generator=generator)
    count = int(probability * len(ordinary) + torch.rand((), generator=generator, dtype=torch.float64).item())
    out = torch.zeros(input_ids.numel(), dtype=torch.bool)
    out[ordinary[order[:count]]] = True
    return out.view(input_ids.shape)
