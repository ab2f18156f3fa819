# MISTAKE: a random tenth of the selected positions, drawn anew each time, gets no label
import torch


def mlm_labels(input_ids, selected):
    keep = torch.rand(input_ids.shape, generator=torch.Generator().manual_seed(int(selected.sum()))) >= 0.1
    return torch.where(selected & keep, input_ids, -100)
