# MISTAKE: random tokens come from a half precision number: in a large vocabulary only about 2000 ids can come
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    words = (torch.rand(input_ids.shape, generator=generator, dtype=torch.float16).double() * vocab_size).long().clamp(max=vocab_size - 1)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
