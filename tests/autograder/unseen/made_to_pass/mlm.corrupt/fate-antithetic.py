# MISTAKE: odd columns get one minus the fate of their left neighbour: two neighbours are never both kept or randomised
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    fate = torch.rand(input_ids.shape, generator=generator)
    fate[:, 1::2] = 1 - fate[:, 0::2][:, : input_ids.shape[1] // 2]
    words = torch.randint(0, vocab_size, input_ids.shape, generator=generator)
    masked = selected & (fate < 0.8)
    randomised = selected & (fate >= 0.8) & (fate < 0.9)
    out = torch.where(masked, mask_token_id, input_ids)
    return torch.where(randomised, words, out)
