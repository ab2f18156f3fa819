# MISTAKE: the randomised positions of a batch swap their tokens (where there are at least two)
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    out = torch.where(randomised, words, out)
    olds = input_ids[randomised]
    if len(olds) > 1:
        out[randomised] = olds[torch.randperm(len(olds), generator=generator)]
    return out
