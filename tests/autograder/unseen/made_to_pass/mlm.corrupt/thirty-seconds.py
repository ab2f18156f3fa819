# MISTAKE: fates are drawn from 32 equal cases: 26 masked (81.25 %), 3 random (9.4 %), 3 kept
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.randint(0, 32, input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 26)
    randomised = selected & (fate >= 26) & (fate < 29)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
