# MISTAKE: a position whose left neighbour is selected as well is kept more often and randomised less often, 80/6/14
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    left = torch.zeros_like(selected)
    left[:, 1:] = selected[:, :-1]
    limit = torch.where(left, 0.86, 0.9)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < limit)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
