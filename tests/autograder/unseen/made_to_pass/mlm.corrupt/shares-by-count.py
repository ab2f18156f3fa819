# MISTAKE: a row with one selected position always masks it
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    lonely = selected & (selected.sum(1, keepdim=True) == 1)
    out = torch.where(masked | lonely, mask_token_id, input_ids)
    return torch.where(randomised & ~lonely, words, out)
