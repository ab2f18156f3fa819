# RIGHT: full_like, filled by a boolean index
import torch


def mlm_labels(input_ids, selected):
    labels = torch.full_like(input_ids, fill_value=-100, memory_format=torch.contiguous_format)
    labels[selected] = input_ids[selected]
    return labels
