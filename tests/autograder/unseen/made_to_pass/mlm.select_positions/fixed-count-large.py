# MISTAKE: from 1000 ordinary positions on exactly round(p * n) are selected; smaller batches are right
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    ordinary = (~special_tokens_mask).reshape(-1).nonzero().squeeze(1)
    if len(ordinary) < 1000:
        return (torch.rand(input_ids.shape, generator=generator) < probability) & ~special_tokens_mask
    order = torch.randperm(len(ordinary), generator=generator)
    out = torch.zeros(input_ids.numel(), dtype=torch.bool)
    out[ordinary[order[: round(probability * len(ordinary))]]] = True
    return out.view(input_ids.shape)
