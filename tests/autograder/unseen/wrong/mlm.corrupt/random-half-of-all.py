# MISTAKE: The coin for a random token falls at every selected position and not only at the unmasked ones, so half become random.
# KIND: own
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    out = input_ids.clone()
    fate = torch.rand(input_ids.shape, generator=generator)
    random_ids = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    out[selected & (fate < 0.8)] = mask_token_id
    second = torch.rand(input_ids.shape, generator=generator)
    swap = selected & (second < 0.5)
    out[swap] = random_ids[swap]
    return out
