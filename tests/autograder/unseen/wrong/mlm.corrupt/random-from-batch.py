# MISTAKE: Random tokens are drawn from the tokens of the batch, not from the vocabulary.
# KIND: own
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    out = input_ids.clone()
    fate = torch.rand(input_ids.shape, generator=generator)
    flat = input_ids.reshape(-1)
    random_ids = flat[torch.randint(0, flat.numel(), input_ids.shape, generator=generator)]
    out[selected & (fate < 0.8)] = mask_token_id
    swap = selected & (fate >= 0.8) & (fate < 0.9)
    out[swap] = random_ids[swap]
    return out
