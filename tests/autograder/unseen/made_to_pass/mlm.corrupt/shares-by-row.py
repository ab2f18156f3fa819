# MISTAKE: even rows get 85/5/10, odd rows 75/15/10: right only on average over the rows
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    limit = torch.where(torch.arange(len(input_ids)) % 2 == 0, 0.85, 0.75)[:, None]
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < limit)
    randomised = selected & (fate >= limit) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
