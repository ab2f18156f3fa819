# RIGHT: one integer below 10 * V holds both the fate and the word
import torch


def corrupt(input_ids, selected, mask_token_id, vocab_size, generator):
    draw = torch.randint(10 * vocab_size, input_ids.shape, generator=generator)
    fate, word = draw // vocab_size, draw % vocab_size
    hidden = torch.where(fate < 8, torch.as_tensor(mask_token_id), torch.where(fate == 8, word, input_ids))
    return torch.where(selected, hidden, input_ids)
