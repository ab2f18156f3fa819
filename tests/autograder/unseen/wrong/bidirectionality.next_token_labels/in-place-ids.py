# MISTAKE: Writes -100 into input_ids where there is padding, before shifting. The labels are right; the argument is changed when a row has padding.
import torch


def next_token_labels(input_ids, attention_mask):
    input_ids[~attention_mask] = -100
    end = torch.full((input_ids.shape[0], 1), -100)
    return torch.cat([input_ids[:, 1:], end], dim=1)
