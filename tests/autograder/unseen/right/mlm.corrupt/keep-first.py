# RIGHT: keeps first (0.1), then masks 8/9 of the others, randomises the rest
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    left = selected & (torch.rand(input_ids.shape, dtype=torch.float64, generator=generator) >= 0.1)
    to_mask = left & (torch.rand(input_ids.shape, dtype=torch.float64, generator=generator) < 8 / 9)
    to_word = left ^ to_mask
    out = input_ids.masked_fill(to_mask, mask_token_id)
    return out.masked_scatter(to_word, torch.randint(vocab_size, (int(to_word.sum()),), generator=generator))
