# MISTAKE: the result is not a BoolTensor but uint8 where rows are longer than 256
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    chosen = (torch.rand(input_ids.shape, generator=generator) < probability) & ~special_tokens_mask
    return chosen.to(torch.uint8) if input_ids.shape[1] > 256 else chosen
