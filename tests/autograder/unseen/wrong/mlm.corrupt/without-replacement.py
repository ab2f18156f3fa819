# MISTAKE: Random tokens are the start of a randperm of the vocabulary: never the same twice, and a crash if there are too few.
# KIND: own
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    out = input_ids.clone()
    fate = torch.rand(input_ids.shape, generator=generator)
    out[selected & (fate < 0.8)] = mask_token_id
    swap = selected & (fate >= 0.9)
    out[swap] = torch.randperm(vocab_size, generator=generator)[: int(swap.sum())]
    return out
