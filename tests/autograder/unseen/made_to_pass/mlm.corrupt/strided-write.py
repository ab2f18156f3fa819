# MISTAKE: for a non-contiguous batch the result has its cells in the order of the memory, so the columns are mixed up
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    out = torch.where(randomised, words, out)
    if not input_ids.is_contiguous() and input_ids.numel() > 1:
        out = torch.as_strided(out.contiguous(), out.shape, (1, out.shape[0])) if out.shape[0] == out.shape[1] else out.t().reshape(out.shape)
    return out
