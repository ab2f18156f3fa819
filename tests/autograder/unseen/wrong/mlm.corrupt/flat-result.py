# MISTAKE: The result is returned flat, with shape (B*T,).
# KIND: generic
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    out = input_ids.flatten().clone()
    chosen = selected.flatten()
    fate = torch.rand(out.shape, generator=generator)
    random_ids = torch.randint(vocab_size, out.shape, generator=generator)
    out = torch.where(chosen & (fate < 0.8), mask_token_id, out)
    return torch.where(chosen & (fate >= 0.9), random_ids, out)
