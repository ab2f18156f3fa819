# MISTAKE: selected tokens with ids 100 to 103 get -100
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected & ~((input_ids >= 100) & (input_ids <= 103)), input_ids, -100)
