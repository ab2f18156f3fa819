# MISTAKE: The fates are drawn from the global random state, and only the random tokens from the generator.
# KIND: own
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape)
    out = input_ids.clone()
    random_ids = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    out[selected & (fate < 0.8)] = mask_token_id
    swap = selected & (fate >= 0.8) & (fate < 0.9)
    out[swap] = random_ids[swap]
    return out
