# MISTAKE: the result of a batch of one row has shape (T,)
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    return torch.where(randomised, words, torch.where(masked, mask_token_id, input_ids)).squeeze(0)
