# MISTAKE: An empty selection raises ValueError.
# KIND: generic
import torch


def mlm_labels(input_ids, selected):
    if selected.sum() == 0:
        raise ValueError("nothing selected, there is nothing to predict")
    return torch.where(selected, input_ids, -100)
