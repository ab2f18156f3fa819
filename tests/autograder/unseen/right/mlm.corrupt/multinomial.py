# RIGHT: fates by torch.multinomial, choice by gather
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fates = torch.multinomial(torch.tensor([0.8, 0.1, 0.1], dtype=torch.float64), input_ids.numel(), True, generator=generator)
    fates = torch.where(selected, fates.reshape(input_ids.shape), 2)
    choices = torch.stack([torch.full_like(input_ids, mask_token_id), torch.randint(vocab_size, input_ids.shape, generator=generator), input_ids])
    return choices.gather(0, fates[None])[0]
