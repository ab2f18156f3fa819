# RIGHT: index_put with nonzero
import torch


def mlm_labels(input_ids, selected):
    places = selected.nonzero(as_tuple=True)
    return torch.empty(input_ids.shape, dtype=torch.int64).fill_(-100).index_put(places, input_ids[places])
