# MISTAKE: The label is the position's index in the row, not its token.
# KIND: own
import torch


def mlm_labels(input_ids, selected):
    positions = torch.arange(input_ids.shape[1]).expand_as(input_ids)
    return torch.where(selected, positions, -100)
