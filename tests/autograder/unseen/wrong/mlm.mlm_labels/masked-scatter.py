# MISTAKE: masked_scatter puts the first tokens of input_ids, in order, into the selected places instead of the tokens standing there.
# KIND: own
import torch


def mlm_labels(input_ids, selected):
    return torch.full_like(input_ids, -100).masked_scatter(selected, input_ids)
