# MISTAKE: (two mistakes) No shift, and padding is marked by 0 instead of -100.
def next_token_labels(input_ids, attention_mask):
    return input_ids * attention_mask.long()
