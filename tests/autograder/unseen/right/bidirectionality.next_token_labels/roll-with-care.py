# RIGHT: roll, with the last column masked out
def next_token_labels(input_ids, attention_mask):
    has_target = attention_mask.roll(-1, dims=1)
    has_target[:, -1] = False
    out = input_ids.roll(-1, dims=1)
    out[~has_target] = -100
    return out
