# MISTAKE: random first at 10 %, then mask at 80 % of all selected: 80 % masked, but only 2 % end up random and 18 % kept
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    first = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    out = torch.where(selected & (first < 0.1), words, input_ids)
    second = torch.rand(input_ids.shape, generator=generator)
    return torch.where(selected & (second < 0.8), mask_token_id, out)
