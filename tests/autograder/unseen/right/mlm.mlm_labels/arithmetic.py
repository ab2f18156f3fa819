# RIGHT: integer arithmetic
def mlm_labels(input_ids, selected):
    keep = selected.long()
    return input_ids * keep + (keep - 1) * 100
