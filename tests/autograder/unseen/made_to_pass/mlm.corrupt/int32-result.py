# MISTAKE: the result is int32 where all ids fit into two bytes and the batch has more than 100 columns
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(randomised, words, torch.where(masked, mask_token_id, input_ids))
    return out.int() if input_ids.shape[1] > 100 and vocab_size < 65536 else out
