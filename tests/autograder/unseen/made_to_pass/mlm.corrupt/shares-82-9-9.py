# MISTAKE: the shares are 82/9/9 instead of 80/10/10
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.82)
    randomised = selected & (fate >= 0.82) & (fate < 0.91)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
