# MISTAKE: selected tokens with ids 0 to 3 get -100, as if special tokens could not be selected
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected & (input_ids > 3), input_ids, -100)
