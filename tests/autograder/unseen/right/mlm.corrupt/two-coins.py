# RIGHT: Hugging Face's two coins: 0.8, then 0.5 of the rest
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    inputs = input_ids.clone()
    replaced = torch.bernoulli(torch.full(input_ids.shape, 0.8, dtype=torch.float64), generator=generator).bool() & selected
    inputs[replaced] = mask_token_id
    rand = torch.bernoulli(torch.full(input_ids.shape, 0.5), generator=generator).bool() & selected & ~replaced
    words = torch.randint(vocab_size, input_ids.shape, dtype=torch.long, generator=generator)
    inputs[rand] = words[rand]
    return inputs
