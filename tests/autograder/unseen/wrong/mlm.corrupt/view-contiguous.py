# MISTAKE: It uses .view(-1) on the inputs, which fails for tensors that are not contiguous.
# KIND: generic
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    ids, chosen = input_ids.view(-1), selected.view(-1)
    fate = torch.rand(ids.shape, generator=generator)
    random_ids = torch.randint(vocab_size, ids.shape, generator=generator)
    out = torch.where(chosen & (fate < 0.8), mask_token_id, ids)
    return torch.where(chosen & (fate >= 0.9), random_ids, out).view(input_ids.shape)
