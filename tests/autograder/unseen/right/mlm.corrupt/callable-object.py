# RIGHT: an instance that draws for the selected positions only
import torch


class Corrupter:
    shares = {"mask": 0.8, "word": 0.1}

    def __call__(self, input_ids, selected, mask_token_id, vocab_size, generator):
        tokens = input_ids[selected]
        u = torch.empty(len(tokens), dtype=torch.float64).uniform_(generator=generator)
        tokens = torch.where(u < self.shares["mask"], mask_token_id, tokens)
        word = (u >= self.shares["mask"]) & (u < sum(self.shares.values()))
        tokens[word] = torch.randint(vocab_size, tokens[word].shape, generator=generator)
        out = input_ids.clone()
        out[selected] = tokens
        return out


corrupt = Corrupter()
