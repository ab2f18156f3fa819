# MISTAKE: The random token is computed from the same number as the fate, so only ids from the top tenth of the vocabulary come.
# KIND: own
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    random_ids = (fate * vocab_size).long()
    out = torch.where(selected & (fate < 0.8), mask_token_id, input_ids)
    return torch.where(selected & (fate >= 0.9), random_ids, out)
