# MISTAKE: ids in the lower half of the vocabulary are randomised twice as often as they should, those in the upper half never
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    limit = torch.where(input_ids < vocab_size // 2, 1.0, 0.8)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < limit)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
