# RIGHT: masked_fill with the inverse
def mlm_labels(input_ids, selected):
    return input_ids.masked_fill(~selected, -100)
