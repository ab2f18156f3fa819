# MISTAKE: Ten per cent of the selected positions, drawn at random as the kept ones, are left without a label.
# KIND: own
import torch


def mlm_labels(input_ids, selected):
    kept = torch.rand(input_ids.shape) >= 0.9
    return torch.where(selected & ~kept, input_ids, -100)
