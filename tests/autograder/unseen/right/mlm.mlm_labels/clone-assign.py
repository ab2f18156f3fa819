# RIGHT: a clone, then assignment
def mlm_labels(input_ids, selected):
    labels = input_ids.clone()
    labels[selected.logical_not()] = -100
    return labels
