# MISTAKE: even ids are masked in 84 %, odd ones in 76 % of the cases
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    limit = torch.where(input_ids % 2 == 0, 0.84, 0.76)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < limit)
    randomised = selected & (fate >= limit) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
