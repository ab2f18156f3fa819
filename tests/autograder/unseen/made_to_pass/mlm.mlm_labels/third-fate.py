# MISTAKE: every tenth selected position counts as kept and gets no label
import torch


def mlm_labels(input_ids, selected):
    order = selected.reshape(-1).long().cumsum(0).view(selected.shape)
    return torch.where(selected & (order % 10 != 0), input_ids, -100)
