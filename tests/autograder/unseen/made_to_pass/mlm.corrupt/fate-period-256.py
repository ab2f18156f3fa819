# MISTAKE: positions 256 apart in the flattened batch share one fate
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    n = input_ids.numel()
    fate = torch.rand(256, generator=generator).repeat(-(-n // 256))[:n].view(input_ids.shape)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
