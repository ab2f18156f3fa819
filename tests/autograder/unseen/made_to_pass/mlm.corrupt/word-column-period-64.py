# MISTAKE: random tokens repeat after 64 columns
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    t = input_ids.shape[1]
    words = torch.randint(0, vocab_size, (len(input_ids), min(t, 64)), generator=generator).repeat(1, -(-t // 64))[:, :t]
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
