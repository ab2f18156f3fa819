# MISTAKE: copies of a token in one row share one fate
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(len(input_ids), int(input_ids.max()) + 1, generator=generator).gather(1, input_ids)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
