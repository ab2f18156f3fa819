# RIGHT: bit arithmetic: -1 or 0 as a mask
def mlm_labels(input_ids, selected):
    mask = -selected.long()
    return (input_ids & mask) | (~mask & -100)
