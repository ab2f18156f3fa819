# RIGHT: a ten-sided dice, words first
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    words = torch.randint(0, vocab_size, input_ids.size(), generator=generator)
    dice = torch.randint(10, input_ids.size(), generator=generator)
    dice = dice.masked_fill(~selected, 9)
    return input_ids.clone().masked_fill_(dice < 8, mask_token_id).where(dice != 8, words)
