# MISTAKE: Only 10 % of the tokens left over from masking become random (2 % in all) instead of half of them.
# KIND: own
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    out = input_ids.clone()
    fate = torch.rand(input_ids.shape, generator=generator)
    random_ids = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    out[selected & (fate < 0.8)] = mask_token_id
    second = torch.rand(input_ids.shape, generator=generator)
    swap = selected & (fate >= 0.8) & (second < 0.1)
    out[swap] = random_ids[swap]
    return out
