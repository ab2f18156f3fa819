# MISTAKE: rows 8 apart share their fates
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    b, t = input_ids.shape
    fate = torch.rand(min(b, 8), t, generator=generator).repeat(-(-b // 8), 1)[:b]
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
