# MISTAKE: the first column is taken for [CLS] and never selected, whatever the mask says (unless the row has one column)
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    chosen = (torch.rand(input_ids.shape, generator=generator) < probability) & ~special_tokens_mask
    if input_ids.shape[1] > 1:
        chosen[:, 0] = False
    return chosen
