# MISTAKE: -100 is added everywhere, so selected labels are id - 100.
# KIND: generic
import torch


def mlm_labels(input_ids, selected):
    return input_ids * selected - 100
