# MISTAKE: roll: a row without padding gets its own first token as the label of its last position. Padded rows get the pad token at their last real position.
import torch


def next_token_labels(input_ids, attention_mask):
    labels = torch.roll(input_ids, -1, dims=1)
    labels[~attention_mask] = -100
    return labels
