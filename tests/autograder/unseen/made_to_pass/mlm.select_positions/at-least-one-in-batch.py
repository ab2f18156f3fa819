# MISTAKE: a batch in which nothing was selected is drawn again, so a small batch is never without a selected position
import torch


def select_positions(input_ids, special_tokens_mask, probability, generator):
    if not 0 <= probability <= 1:
        raise ValueError(f"probability is {probability}, but has to be between 0 and 1")
    while True:
        chosen = (torch.rand(input_ids.shape, generator=generator) < probability) & ~special_tokens_mask
        if chosen.any() or probability == 0 or special_tokens_mask.all():
            return chosen
