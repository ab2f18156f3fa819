# MISTAKE: Ids below 5 get no label although they were selected, because they are taken for special tokens.
# KIND: own
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected & (input_ids >= 5), input_ids, -100)
