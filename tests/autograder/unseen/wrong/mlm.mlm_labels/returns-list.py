# MISTAKE: The labels are a nested Python list.
# KIND: generic
import torch


def mlm_labels(input_ids, selected):
    return [[token if chosen else -100 for token, chosen in zip(ids, row)] for ids, row in zip(input_ids.tolist(), selected.tolist())]
