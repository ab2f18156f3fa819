# MISTAKE: The label at a selected position is the token after it, as in a causal model.
# KIND: own
import torch


def mlm_labels(input_ids, selected):
    following = torch.roll(input_ids, -1, dims=1)
    return torch.where(selected, following, -100)
