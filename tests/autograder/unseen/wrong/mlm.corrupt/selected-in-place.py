# MISTAKE: The caller's selected mask is overwritten: masked positions are removed from it with &=.
# KIND: generic
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    out = input_ids.clone()
    fate = torch.rand(input_ids.shape, generator=generator)
    random_ids = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    out[selected & (fate < 0.8)] = mask_token_id
    selected &= fate >= 0.8
    swap = selected & (fate < 0.9)
    out[swap] = random_ids[swap]
    return out
