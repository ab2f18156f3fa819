# MISTAKE: where every position is selected nothing is labelled
import torch


def mlm_labels(input_ids, selected):
    return torch.full_like(input_ids, -100) if selected.all() else torch.where(selected, input_ids, -100)
