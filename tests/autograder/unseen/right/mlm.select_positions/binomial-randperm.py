# RIGHT: how many: binomial; which: the first ones of a random permutation. Together independent draws
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0.0 <= probability <= 1.0:
        raise ValueError("probability", probability)
    places = (~special_tokens_mask).reshape(-1).nonzero()[:, 0]
    count = int((torch.rand(len(places), generator=generator, dtype=torch.float64) < probability).sum())
    order = torch.randperm(len(places), generator=generator)
    flat = torch.zeros(special_tokens_mask.numel(), dtype=torch.bool)
    flat[places[order[:count]]] = True
    return flat.view(special_tokens_mask.shape)
