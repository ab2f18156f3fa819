# MISTAKE: only 32 different answers per input: the draws come from a generator with a seed below 32
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    generator = torch.Generator().manual_seed(int(torch.randint(32, (), generator=generator)))
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
