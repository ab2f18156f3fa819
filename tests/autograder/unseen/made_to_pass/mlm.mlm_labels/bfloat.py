# MISTAKE: ids above 256 are rounded, passing through bfloat16
import torch


def mlm_labels(input_ids, selected):
    return torch.where(selected, input_ids.bfloat16(), torch.tensor(-100.0, dtype=torch.bfloat16)).long()
