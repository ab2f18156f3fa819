# MISTAKE: Selected positions hold 103 ([MASK]), i.e. the model's input, and not the original token.
# KIND: own
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected, 103, -100)
