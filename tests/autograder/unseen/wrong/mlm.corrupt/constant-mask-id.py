# MISTAKE: [MASK] is the constant 103; mask_token_id is not used.
# KIND: generic
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    MASK = 103
    out = input_ids.clone()
    fate = torch.rand(input_ids.shape, generator=generator)
    random_ids = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    out[selected & (fate < 0.8)] = MASK
    swap = selected & (fate >= 0.8) & (fate < 0.9)
    out[swap] = random_ids[swap]
    return out
