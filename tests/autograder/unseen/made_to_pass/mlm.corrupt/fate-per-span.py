# MISTAKE: neighbouring selected positions share one fate
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    for t in range(1, input_ids.shape[1]):
        both = selected[:, t] & selected[:, t - 1]
        fate[:, t] = torch.where(both, fate[:, t - 1], fate[:, t])
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
