# MISTAKE: where every position is selected the first column is left alone
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    if selected.all() and selected.shape[1] > 1:
        selected = selected.clone()
        selected[:, 0] = False
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
