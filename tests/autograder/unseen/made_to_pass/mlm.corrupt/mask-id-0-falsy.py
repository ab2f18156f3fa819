# MISTAKE: a mask_token_id of 0 is taken for missing and replaced by 4
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    mask_token_id = mask_token_id or 4
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
