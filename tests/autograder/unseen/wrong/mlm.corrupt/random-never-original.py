# MISTAKE: A random token is never the original one, because a non-zero offset modulo vocab_size is added to it.
# KIND: own
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    out = input_ids.clone()
    fate = torch.rand(input_ids.shape, generator=generator)
    offset = torch.randint(1, vocab_size, input_ids.shape, generator=generator)
    random_ids = (input_ids + offset) % vocab_size
    out[selected & (fate < 0.8)] = mask_token_id
    swap = selected & (fate >= 0.8) & (fate < 0.9)
    out[swap] = random_ids[swap]
    return out
