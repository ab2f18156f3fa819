# MISTAKE: the first selected position of each row is always masked
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    first = selected & (selected.long().cumsum(1) == 1)
    out = torch.where(masked | first, mask_token_id, input_ids)
    return torch.where(randomised & ~first, words, out)
