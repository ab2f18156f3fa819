# MISTAKE: columns from 512 on are always masked
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked | (selected & (torch.arange(input_ids.shape[1]) >= 512)), mask_token_id, input_ids)
    return torch.where(randomised & (torch.arange(input_ids.shape[1]) < 512), words, out)
