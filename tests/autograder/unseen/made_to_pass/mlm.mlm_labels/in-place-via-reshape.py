# MISTAKE: fills a reshaped view, so input_ids is changed in place; the returned labels are right
import torch


def mlm_labels(input_ids, selected):
    flat = input_ids.reshape(-1)
    flat[~selected.reshape(-1)] = -100
    return flat.view(input_ids.shape).clone()
