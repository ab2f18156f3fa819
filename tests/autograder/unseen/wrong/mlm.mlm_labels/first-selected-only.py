# MISTAKE: Only the first selected position of each row gets its label.
# KIND: own
import torch


def mlm_labels(input_ids, selected):
    first = selected & (selected.long().cumsum(dim=1) == 1)
    return torch.where(first, input_ids, -100)
