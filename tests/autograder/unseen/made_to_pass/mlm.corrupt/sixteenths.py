# MISTAKE: fates are drawn from sixteen equal cases: 13/16 masked, 2/16 random, 1/16 kept
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.randint(0, 16, input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 13)
    randomised = selected & (fate >= 13) & (fate < 15)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
