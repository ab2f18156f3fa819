# MISTAKE: in rows of an odd length the last column is never selected even if it is ordinary
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    chosen = (torch.rand(input_ids.shape, generator=generator) < probability) & ~special_tokens_mask
    if input_ids.shape[1] % 2 and input_ids.shape[1] > 1:
        chosen[:, -1] = False
    return chosen
