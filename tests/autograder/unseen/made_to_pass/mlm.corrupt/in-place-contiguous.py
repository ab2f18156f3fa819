# MISTAKE: writes into input_ids when it is contiguous and has one row
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = input_ids if len(input_ids) == 1 and input_ids.is_contiguous() else input_ids.clone()
    out[masked] = mask_token_id
    out[randomised] = words[randomised]
    return out
