# MISTAKE: each row draws its own share of masks between 0.7 and 0.9, right on average
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    limit = 0.7 + 0.2 * torch.rand(len(input_ids), 1, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < limit)
    randomised = selected & (fate >= limit) & (fate < limit + (1 - limit) / 2)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
